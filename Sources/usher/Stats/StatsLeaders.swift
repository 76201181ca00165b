import ArgumentParser
import NIOHTTP1

/// The command `usher stats leaders`.
struct StatsLeaders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leaders", abstract: "Show the accounts whose codes others have redeemed most.",
        discussion: "Accounts are masked in the table; --show-personal shows them.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Option(help: "Only this campaign, by its key or id.") var campaign: String?
    @Option(help: "The number of accounts, up to 1000.") var limit = 10

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let answer = try await client.document(
                .GET, ListTable.leaders.path,
                query: [
                    ("campaign_id", try await client.campaignID(campaign)), ("limit", String(limit)),
                ])
            output.print(answer, member: "leaders", as: .leaders)
        }
    }
}
