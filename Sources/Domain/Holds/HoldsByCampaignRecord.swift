internal import Store

/// The table that says which holds a campaign has.
enum HoldsByCampaignRecord: NumberIndexRecord {
    static let table = Tables.holdsByCampaign
    static let name: StaticString = "holds_by_campaign"

    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool {
        check.find(HoldRecord.self, EntityKey(tenant: tenant, number: number))?.campaign == owner
    }
}
