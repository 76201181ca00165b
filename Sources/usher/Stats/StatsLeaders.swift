import ArgumentParser
import NIOHTTP1

/// The command `usher stats leaders`.
struct StatsLeaders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leaders", abstract: "Show the accounts whose codes others have redeemed most.",
        discussion: "Accounts are masked in the table; --show-personal shows them.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var scope: StatsScope
    @Option(help: "The number of accounts, up to 1000.") var limit = 10

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let answer = try await client.document(
                .GET, ListTable.leaders.path,
                query: try await scope.query(client) + [("limit", String(limit))])
            output.print(answer, member: "leaders", as: .leaders)
        }
    }
}
