internal import Store

/// The table of final claims.
enum RedemptionRecord: ClaimRowRecord {
    typealias Value = Redemption
    typealias ByCode = RedemptionsByCodeRecord
    typealias ByCampaign = RedemptionsByCampaignRecord

    static let table = Tables.redemptions
    static let name: StaticString = "redemptions"

    /// Its thing, its place among the released ones, and all that claims' rows share.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: Redemption, in check: inout InvariantCheck<State>) {
        let (tenant, number) = (id.tenant, id.number)
        let place = "redemption \(number.rawValue)"
        checkRow(id, row, kind: "redemption", live: row.releasedAt == nil ? .redemption(number) : nil, in: &check)
        check.require(row.code != nil || row.campaign != nil, "redemption_target", "\(place) is on nothing")
        let referral = EntityKey(tenant: tenant, number: Referral.number(of: number))
        check.require(
            check.has(ReferralRecord.self, referral) == row.hasReferral, "redemption_referral",
            "\(place) and its referral do not belong together")
        let released = ReleasedKey(tenant: tenant, redeemer: row.redeemer, redemption: number)
        check.require(
            check.has(ReleasedRecord.self, released) == (row.releasedAt != nil),
            "redemption_released", "\(place) and the index of released ones differ")
    }
}
