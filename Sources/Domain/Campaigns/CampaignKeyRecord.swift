internal import Store

/// The table of campaigns by their key.
enum CampaignKeyRecord: Record {
    static let table = Tables.campaignKeys
    static let name: StaticString = "campaign_keys"
    static var personalData: PersonalData<CampaignKeyRecord> { .none }

    static func check<State: StateScanning>(
        _ id: TextKey, _ owner: EntityNumber, in check: inout InvariantCheck<State>
    ) {
        let row = check.find(CampaignRecord.self, EntityKey(tenant: id.tenant, number: owner))
        check.require("a key", id, of: "campaign \(owner.rawValue)", is: row?.key, "campaign_key")
    }
}
