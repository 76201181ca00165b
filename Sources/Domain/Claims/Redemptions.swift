public import Store

/// Final claims: looking at them and taking them back.
public enum Redemptions {
    /// The redemption of a number; nil when there is none.
    ///
    /// Reads one record.
    public static func find(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> Redemption? {
        state.read(Tables.redemptions, RecordKeys.entity(tenant, number)) { Redemption.decode(number, $0) }
    }

    /// The metadata that came with a redemption or a hold, as JSON text.
    public static func metadata(
        _ number: EntityNumber, tenant: TenantNumber, state: some StateReading
    ) -> [UInt8]? {
        state.read(Tables.metadata, RecordKeys.entity(tenant, number)) { span in
            var reader = ValueReader(span)
            return reader.bytes(span.byteCount)
        }
    }

    /// Gives the places of a redemption back.
    ///
    /// Its row stays; its redeemer may claim again.
    ///
    /// Doing it again changes nothing and answers the same.
    ///
    /// - Throws: `notFound`.
    public static func release(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> Redemption {
        guard var redemption = find(number, tenant: tenant, state: context.state) else {
            throw .notFound(entity: "Redemption")
        }
        guard redemption.releasedAt == nil else { return redemption }
        let writer = ClaimWriter(state: context.state, tenant: tenant, redeemer: PackedAccount(redemption.redeemer))
        redemption.releasedAt = context.now
        let wasSoldOut = writer.giveBack(
            redemption.quantity, from: .used, code: redemption.code, campaign: redemption.campaign)
        if let campaign = redemption.campaign { writer.count(campaign) { $0 - 1 } }
        let key = RecordKeys.released(tenant, writer.redeemer, number)
        context.state.insert(Tables.redemptionsReleased, key) { _ in }
        writer.put(redemption)
        context.record(.redemptionReleased, number, of: tenant)
        if wasSoldOut, let campaign = redemption.campaign { context.record(.campaignReopened, campaign, of: tenant) }
        Referrals.release(redemption, tenant: tenant, in: context)
        return redemption
    }
}
