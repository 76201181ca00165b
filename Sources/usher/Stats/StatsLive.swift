import ArgumentParser
import JSONText
import NIOCore
import NIOHTTP1
import Replication

/// The command `usher stats live`.
struct StatsLive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live", abstract: "Watch the figures: a line a second, until it is interrupted.",
        discussion: "With --json a line is an object with all figures.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var scope: StatsScope
    @Option(help: "End after so many lines.") var lines: Int?
    @Flag(help: "Print JSON: an object a line.") var json = false

    func validate() throws {
        if let lines, lines < 1 { throw ValidationError("--lines must be at least 1.") }
    }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let response = try await client.send(
                .GET, ListTable.live.path, query: try await scope.query(client), .init(accept: "text/event-stream"))
            var printer = RowPrinter(.live, .table(showPersonal: false))
            var (shown, partial) = (0, [UInt8]())
            try await client.read(response) { chunk in
                partial += chunk.readableBytesView
                while shown < lines ?? .max, let end = partial.firstIndex(of: 0x0A) {
                    let line = partial[..<end]
                    partial = Array(partial[(end + 1)...])
                    guard line.starts(with: "data: ".utf8) else { continue }
                    shown += 1
                    let frame = Array(line.dropFirst("data: ".utf8.count))
                    if json { Terminal.write(frame + [0x0A]) } else { printer.take([try JSONTree.parse(frame)]) }
                }
                return shown < lines ?? .max
            }
            if shown >= lines ?? .max { return }
            throw NetworkFault.lost.failure(client.base, timeoutSeconds: client.timeoutSeconds)
        }
    }
}
