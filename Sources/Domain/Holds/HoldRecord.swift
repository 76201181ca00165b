internal import Store

/// The table of holds, live and ended.
enum HoldRecord: Record {
    static let table = Tables.holds
    static let name: StaticString = "holds"
    static var personalData: PersonalData<HoldRecord> {
        PersonalData(fields: [.init("redeemer", .account)], erasure: .renamed) { $1.redeemer }
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> Hold {
        try Hold(id.number, decoding: bytes)
    }

    static func encode(_ hold: Hold, to writer: inout ValueWriter) {
        hold.encode(packed: PackedAccount(hold.redeemer), to: &writer)
    }

    /// Its indexes, its redemption, and the redeemer's claim while it is live.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: Hold, in check: inout InvariantCheck<State>) {
        let (tenant, number) = (id.tenant, id.number)
        let place = "hold \(number.rawValue)"
        check.requireIndexed(
            number, of: tenant, code: (HoldsByCodeRecord.self, row.code),
            campaign: (HoldsByCampaignRecord.self, row.campaign), "hold_index", place)
        check.require(
            check.has(LiveHoldRecord.self, LiveHold(tenant: tenant, number: number, expiresAt: row.expiresAt))
                == (row.state == .held),
            "hold_live", "\(place) and the index of live ones differ")
        check.require(
            check.has(MetadataRecord.self, id) == row.hasMetadata, "metadata",
            "\(place) and its metadata do not belong together")
        let redemption = row.redemption.map { check.has(RedemptionRecord.self, EntityKey(tenant: tenant, number: $0)) }
        check.require(
            redemption ?? false == (row.state == .confirmed), "hold_redemption",
            "\(place) and its redemption do not belong together")
        guard row.state == .held else { return }
        let owner = check.owner(of: row.code, row.campaign, row.redeemer, tenant)
        check.require(owner == .hold(number), "claim", "\(place) is live but not its redeemer's claim")
    }
}
