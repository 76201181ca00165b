import ArgumentParser
import Domain

/// The command `usher holds list`.
struct HoldsList: ListCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List holds, newest first.")
    static let list = ListTable.holds

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
    @Option(help: "Only those in this state: \(HoldState.allCases.map(\.word).joined(separator: ", ")).")
    var state: String?
    @Option(help: "Only those of this code, by its text.") var code: String?
    @Option(help: "Only those of this campaign, by its key or id.") var campaign: String?

    func filters(_ client: APIClient) async throws -> [(String, String?)] {
        [
            ("state", state), ("code_id", try await client.codeID(code)),
            ("campaign_id", try await client.campaignID(campaign)),
        ]
    }
}
