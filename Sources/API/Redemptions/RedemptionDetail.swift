import Domain
import Store

/// A redemption with all that is kept of its claim.
struct RedemptionDetail: Resource {
    var redemption: Redemption
    /// The metadata as JSON text.
    var metadata: [UInt8]?

    /// Reads a redemption; nil when there is none.
    init?(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) {
        guard let found = Redemptions.find(number, tenant: tenant, state: state) else { return nil }
        redemption = found
        metadata = found.hasMetadata ? Redemptions.metadata(number, tenant: tenant, state: state) : nil
    }

    static let schemaName = "RedemptionDetail"
    static let noun = AdminRedemption.noun
    static let members: [Member<RedemptionDetail>] =
        AdminRedemption.members.map { $0.of(\.redemption) } + [
            Member("metadata", "The object that came with the claim; null for none.", .personal) {
                FreeObject($0.metadata)
            }
        ]
}
