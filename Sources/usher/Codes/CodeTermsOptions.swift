import ArgumentParser
import JSONText

/// The terms of codes that are made together.
struct CodeTermsOptions: ParsableArguments {
    @Option(help: "Their campaign, by its key or id.") var campaign: String?
    @Option(help: "The places of each code; the server's default is 1.") var maxUses: Int?
    @Option(help: "The end of their validity: RFC 3339 or a date, which includes that day (UTC).") var expiresAt:
        String?
    @Option(help: "The account that refers others with them.") var issuer: String?
    @Option(help: "A JSON object: what a claim grants.") var grant: JSONOption?
    @Option(help: "A JSON object that is kept with them.") var metadata: JSONOption?

    /// The members of a body; the campaign is looked up.
    func fields(_ client: APIClient) async throws -> JSONObject {
        var fields = JSONObject()
        fields["campaign_id"] = try await client.campaignID(campaign).map { .number($0) }
        fields["max_uses"] = maxUses.map { .integer(Int64($0)) }
        fields["expires_at"] = expiresAt.map { .string($0) }
        fields["issuer_id"] = issuer.map { .string($0) }
        fields["grant"] = grant?.tree
        fields["metadata"] = metadata?.tree
        return fields
    }
}
