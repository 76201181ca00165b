internal import Store

/// The table that says which redemptions a campaign has.
enum RedemptionsByCampaignRecord: NumberIndexRecord {
    static let table = Tables.redemptionsByCampaign
    static let name: StaticString = "redemptions_by_campaign"

    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool {
        check.find(RedemptionRecord.self, EntityKey(tenant: tenant, number: number))?.campaign == owner
    }
}
