import Domain

/// A redemption as the administration sees it.
enum AdminRedemption: Resource {
    static let schemaName = "AdminRedemption"
    static let noun = "Redemption"
    static let members: [Member<Redemption>] =
        Redemption.members + [
            Member("released_at", "When its places were given back; null for never.") { $0.releasedAt }
        ]
}

extension Redemption: ClaimView {
    static let schemaName = "Redemption"
    static let members: [Member<Redemption>] =
        [Member("id", "The redemption's id.") { $0.number }] + claimMembers + [
            Member("redeemed_at", "When it was claimed.") { $0.redeemedAt }
        ]
}
