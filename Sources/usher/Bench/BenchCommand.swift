public import ArgumentParser
public import Load

/// The command `usher bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Put load on a server and check what it has answered.",
        discussion: """
            `bench http` sends claims to a running server, `bench engine` to an engine in this process. Each run makes \
            codes of its own, so it can be made beside real data, where its campaign, codes and redemptions stay: \
            redeemers are named bench-<run>-<number>. It asks nothing before it writes.

            After the load it checks that every acknowledged claim is there, that nobody has two places, that the \
            counters are the sums of the claims, and that nobody was told sold out while places were left. Exit code 1 \
            when one of these is not so. An answer that was lost counts as unknown, never as a failure. Interrupting \
            (^C) ends the load; what was done is still checked and reported.
            """,
        subcommands: [BenchHTTP.self, BenchEngine.self])
}

extension BenchWorkload: ExpressibleByArgument {}
extension RedeemerNames.Kind: ExpressibleByArgument {}

/// Where the results go.
struct BenchOutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Write a report with plots, one HTML file.", completion: .file()) var report: String?
    @Option(help: "Write the latency distribution, as HdrHistogram's tools read it.", completion: .file())
    var distribution: String?

    /// Whether the files can be made, before anything is sent.
    func check() throws {
        for path in [report, distribution].compactMap({ $0 }) { _ = try OutputFile(path) }
    }

    /// Writes everything that was asked for.
    func write(_ report: BenchReport, _ latency: LatencyHistogram) throws {
        if let distribution { try BenchOutputOptions.write(latency.percentileText, to: distribution) }
        if let path = self.report { try BenchOutputOptions.write(ReportHTML(report).text, to: path) }
        if json {
            Terminal.print(String(decoding: try report.json(), as: UTF8.self))
        } else {
            Terminal.print(ReportText(report).text)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        var file = try OutputFile(path)
        try file.write(Array(text.utf8))
        try file.publish()
    }
}
