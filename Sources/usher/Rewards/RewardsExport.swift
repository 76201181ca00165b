import ArgumentParser
import NIOCore
import NIOHTTP1

/// The command `usher rewards export`.
struct RewardsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write rewards as CSV, newest first.",
        discussion: """
            A spreadsheet takes no cell for a formula: a text that begins with =, +, -, @, a tab or CR gets an apostrophe \
            before it.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var filter: RewardsFilter
    @Flag(help: "Write an object a line instead of CSV.") var ndjson = false
    @Option(name: .shortAndLong, help: "Write to this file instead of standard output.", completion: .file())
    var output: String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let response = try await client.send(
                .GET, ListTable.rewards.path + "/export", query: try await filter.parameters(client),
                .init(accept: ndjson ? "application/x-ndjson" : "text/csv", isLong: true))
            guard let output else {
                try await client.read(response) { chunk in
                    Terminal.write(Array(chunk.readableBytesView))
                    return true
                }
                return
            }
            var file = try OutputFile(output)
            try await client.read(response) { chunk in
                try file.write(Array(chunk.readableBytesView))
                return true
            }
            try file.publish()
        }
    }
}
