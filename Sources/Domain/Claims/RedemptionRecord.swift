internal import Store

/// The table of final claims.
enum RedemptionRecord: Record {
    static let table = Tables.redemptions
    static let name: StaticString = "redemptions"
    static var personalData: PersonalData<RedemptionRecord> {
        PersonalData(fields: [.init("redeemer", .account)], erasure: .renamed) { $1.redeemer }
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> Redemption {
        try Redemption(id.number, decoding: bytes)
    }

    static func encode(_ row: Redemption, to writer: inout ValueWriter) {
        row.encode(packed: PackedAccount(row.redeemer), to: &writer)
    }

    /// Its indexes, and the redeemer's claim while it is live: the one that they have on the thing.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: Redemption, in check: inout InvariantCheck<State>) {
        let (tenant, number) = (id.tenant, id.number)
        let place = "redemption \(number.rawValue)"
        check.requireIndexed(
            number, of: tenant, code: (RedemptionsByCodeRecord.self, row.code),
            campaign: (RedemptionsByCampaignRecord.self, row.campaign), "redemption_index", place)
        check.require(row.code != nil || row.campaign != nil, "redemption_target", "\(place) is on nothing")
        let released = ReleasedKey(tenant: tenant, redeemer: row.redeemer, redemption: number)
        check.require(
            check.has(ReleasedRecord.self, released) == (row.releasedAt != nil),
            "redemption_released", "\(place) and the index of released ones differ")
        check.require(
            check.has(MetadataRecord.self, id) == row.hasMetadata, "metadata",
            "\(place) and its metadata do not belong together")
        guard row.releasedAt == nil else { return }
        let owner = check.owner(of: row.code, row.campaign, row.redeemer, tenant)
        check.require(owner == .redemption(number), "claim", "\(place) is live but not its redeemer's claim")
    }
}
