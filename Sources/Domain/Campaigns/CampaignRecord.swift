internal import Store

/// The table of campaigns.
enum CampaignRecord: Record {
    static let table = Tables.campaigns
    static let name: StaticString = "campaigns"
    static var personalData: PersonalData<CampaignRecord> { .none }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> CampaignRow {
        try CampaignRow(decoding: bytes)
    }

    static func encode(_ row: CampaignRow, to writer: inout ValueWriter) { row.encode(to: &writer) }

    /// Its key, its document, its places, its tally.
    static func check<State: StateScanning>(
        _ id: EntityKey, _ row: CampaignRow, in check: inout InvariantCheck<State>
    ) {
        let place = "campaign \(id.number.rawValue)"
        check.require(
            check.find(CampaignKeyRecord.self, TextKey(tenant: id.tenant, text: row.key)) == id.number,
            "campaign_key", "\(place) cannot be found by its key")
        let document = DocumentKey(tenant: id.tenant, number: id.number, part: 0)
        check.require(
            check.has(DocumentRecord.self, document) == row.hasDocument, "document",
            "\(place) and its document do not belong together")
        check.require(
            check.has(RewardPolicyRecord.self, id) == row.gate.hasRewardPolicy, "reward_policy",
            "\(place) and the policy that claims read do not belong together")
        check.requireCounted(
            .campaign, id, place, holds: HoldsByCampaignRecord.self, redemptions: RedemptionsByCampaignRecord.self)
    }
}
