internal import Store

/// The table that says which codes a campaign has.
enum CodesByCampaignRecord: NumberIndexRecord {
    static let table = Tables.codesByCampaign
    static let name: StaticString = "codes_by_campaign"

    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool {
        check.find(CodeRecord.self, EntityKey(tenant: tenant, number: number))?.campaign == owner
    }
}
