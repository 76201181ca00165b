import ArgumentParser

/// The command `usher claims list`.
struct ClaimsList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List redemptions, newest first; those that were released stay in the list.")
    static let list = ListTable.claims

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
    @Option(help: "Only those of this code, by its text.") var code: String?
    @Option(help: "Only those of this campaign, by its key or id.") var campaign: String?
    @Option(help: "Only those of this account.") var redeemer: String?

    func filters(_ client: APIClient) async throws -> [(String, String?)] {
        [
            ("code_id", try await client.codeID(code)),
            ("campaign_id", try await client.campaignID(campaign)), ("redeemer_id", redeemer),
        ]
    }
}
