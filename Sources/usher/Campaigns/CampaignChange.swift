import JSONText
import NIOHTTP1

/// A change of a campaign, which is then shown.
struct CampaignChange {
    let client: ClientOptions
    let output: RecordOptions
    let campaign: String

    /// Sets members.
    func run(_ fields: JSONObject) async throws {
        let client = try client.makeClient()
        let answer = try await client.ofCampaign(campaign) { try await client.change(.PATCH, $0, fields) }
        output.print(answer, as: ListTable.campaigns.resource)
    }

    /// Sets the status.
    func run(status: String) async throws {
        var fields = JSONObject()
        fields["status"] = .string(status)
        try await run(fields)
    }
}
