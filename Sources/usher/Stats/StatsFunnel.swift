import ArgumentParser
import NIOHTTP1

/// The command `usher stats funnel`.
struct StatsFunnel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "funnel", abstract: "Show the steps from an invitation to a reward, as counts.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var scope: StatsScope

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let answer = try await client.document(.GET, ListTable.funnel.path, query: try await scope.query(client))
            output.print(answer, member: "steps", as: .funnel)
        }
    }
}
