import ArgumentParser
import Load

/// The files that the results go to.
struct BenchOutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Write a report with plots, one HTML file.", completion: .file()) var report: String?
    @Option(help: "Write the latency distribution, as HdrHistogram's tools read it.", completion: .file())
    var distribution: String?

    /// Checks that the files can be made, before anything is sent.
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
