internal import Store

/// The table of holds, live and ended.
enum HoldRecord: ClaimRowRecord {
    typealias Value = Hold
    typealias ByCode = HoldsByCodeRecord
    typealias ByCampaign = HoldsByCampaignRecord

    static let table = Tables.holds
    static let name: StaticString = "holds"

    /// Its place among the live ones, its redemption, and all that claims' rows share.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: Hold, in check: inout InvariantCheck<State>) {
        let (tenant, number) = (id.tenant, id.number)
        let place = "hold \(number.rawValue)"
        checkRow(id, row, kind: "hold", live: row.state == .held ? .hold(number) : nil, in: &check)
        check.require(
            check.has(LiveHoldRecord.self, LiveHold(tenant: tenant, number: number, expiresAt: row.expiresAt))
                == (row.state == .held),
            "hold_live", "\(place) and the index of live ones differ")
        let redemption = row.redemption.map { check.has(RedemptionRecord.self, EntityKey(tenant: tenant, number: $0)) }
        check.require(
            redemption ?? false == (row.state == .confirmed), "hold_redemption",
            "\(place) and its redemption do not belong together")
    }
}
