import Domain
import JSONText
import Store
import Wire

/// The campaign that the query of a list names: by its id or by its key.
struct CampaignFilter: Sendable {
    private var number: EntityNumber?
    private var key: String?

    /// Reads `campaign_id` and `campaign`.
    init(_ call: Call) throws(Problem) {
        number = try call.queryNumber("campaign_id")
        key = call.query("campaign")
        guard number == nil || key == nil else {
            throw .invalid(field: "campaign", "Must not be given together with campaign_id.")
        }
    }

    /// True if a campaign is named.
    var isGiven: Bool { number != nil || key != nil }

    /// The campaign's number; nil when none is named.
    func number(tenant: TenantNumber, in state: some StateReading) throws(Problem) -> EntityNumber? {
        guard let key else { return number }
        guard let found = Campaigns.number(key: key, tenant: tenant, state: state) else {
            throw .invalid(field: "campaign", "There is no campaign with this key.")
        }
        return found
    }

    /// The parameters of the query.
    static let parameters = [
        Operation.Parameter.campaignID,
        Operation.Parameter(name: "campaign", schema: ["type": "string", "description": "The campaign's key."]),
    ]
}
