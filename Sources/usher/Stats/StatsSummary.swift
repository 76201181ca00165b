import ArgumentParser
import NIOHTTP1

/// The command `usher stats summary`.
struct StatsSummary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "summary", abstract: "Show all figures.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @OptionGroup var scope: StatsScope

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let answer = try await client.document(
                .GET, APIClient.admin + "/metrics", query: try await scope.query(client))
            output.print(answer, as: ListTable.live.resource)
        }
    }
}
