import Foundation

/// A report as one HTML file that needs nothing else: no scripts, no addresses, plots drawn inline.
public struct ReportHTML: Sendable {
    /// The document.
    public let text: String

    /// Draws a report.
    public init(_ report: BenchReport) {
        let title = HTMLText.escape("usher bench: \(report.workload) on \(ReportHTML.place(report.target))")
        text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>\(ReportHTML.style)</style>
            </head>
            <body>
            <h1>\(title)</h1>
            <p>\(HTMLText.escape(ReportHTML.summary(report)))</p>
            \(ReportHTML.checks(report.checks))
            <h2>Figures</h2>
            \(ReportHTML.figures(report))
            \(ReportHTML.phases(report.phases))
            <h2>Over time</h2>
            \(ReportHTML.throughput(report))
            \(ReportHTML.latencyOverTime(report))
            <h2>Latency by percentile</h2>
            \(ReportHTML.distribution(report))
            </body>
            </html>

            """
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;color:#1c2430;background:#fff;max-width:900px;margin:2rem auto;\
        padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;\
        width:100%}td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #e4e8ee;\
        vertical-align:top}td.n,th.n{text-align:right}svg{width:100%;height:auto;margin:.5rem 0}\
        .grid{stroke:#e4e8ee}.mark,.axis{font-size:11px;fill:#5a6675}.title{font-size:13px;fill:#1c2430}\
        .ok{color:#17723c}.failed{color:#b3261e;font-weight:600}
        """

    private static let (blue, orange, red) = ("#1f6feb", "#d97706", "#b3261e")

    /// An address without its scheme, so that the document refers to nothing.
    private static func place(_ target: String) -> String {
        target.hasPrefix("http://") ? String(target.dropFirst("http://".count)) : target
    }

    private static func summary(_ report: BenchReport) -> String {
        let loop =
            report.model == "open"
            ? "Open loop: requests were due at fixed instants, and latency counts from the due instant."
            : "Closed loop: a request was sent when the one before was answered, and latency is service time."
        let end = report.interrupted ? " The run was interrupted." : ""
        return "Run \(report.run). \(loop)\(end)"
    }

    // MARK: Tables

    private static func checks(_ checks: [BenchReport.Check]) -> String {
        guard !checks.isEmpty else { return "<p>The answers were not checked.</p>" }
        let rows = checks.map { check in
            let mark = check.ok ? "<td class=\"ok\">ok</td>" : "<td class=\"failed\">FAILED</td>"
            return "<tr>\(mark)<td>\(HTMLText.escape(check.name))</td><td>\(HTMLText.escape(check.detail))</td></tr>"
        }
        return "<h2>Correctness</h2>\n<table>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    private static func figures(_ report: BenchReport) -> String {
        let rows = ReportFigures(report).rows.map { row in
            "<tr><th>\(HTMLText.escape(row.name))</th><td>\(HTMLText.escape(row.value))</td></tr>"
        }
        return "<table>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    private static func phases(_ phases: [BenchReport.Phase]) -> String {
        guard phases.count > 1 else { return "" }
        let heads = ["offered/s", "goodput/s", "p50 ms", "p99 ms", "max ms", "not served", "their p99 ms", "memory"]
        let head = heads.map { "<th class=\"n\">\($0)</th>" }.joined()
        let rows = phases.map { phase in
            let cells = [
                Figure.whole(phase.offeredPerSecond), Figure.whole(phase.goodputPerSecond),
                Figure.short(phase.latencyMs.p50), Figure.short(phase.latencyMs.p99), Figure.short(phase.latencyMs.max),
                String(phase.errors.values.reduce(0, +)), Figure.short(phase.failureLatencyMs.p99),
                phase.residentBytes.map(Figure.megabytes) ?? "",
            ]
            return "<tr><td>\(HTMLText.escape(phase.name))</td>"
                + cells.map { "<td class=\"n\">\($0)</td>" }.joined() + "</tr>"
        }
        return "<h2>Phases</h2>\n<table>\n<tr><th>phase</th>\(head)</tr>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    // MARK: Plots

    private static func throughput(_ report: BenchReport) -> String {
        let line = Plot.Line(
            name: "answers", color: blue, points: report.timeline.map { (Double($0.second), Double($0.answered)) })
        return Plot(title: "Answers a second", xTitle: "seconds", yTitle: "answers/s", lines: [line]).svg
    }

    private static func latencyOverTime(_ report: BenchReport) -> String {
        let line = { (name: String, color: String, value: (TimelinePoint) -> Double) in
            Plot.Line(name: name, color: color, points: report.timeline.map { (Double($0.second), value($0)) })
        }
        return Plot(
            title: "Latency", xTitle: "seconds", yTitle: "milliseconds",
            lines: [line("p50", blue) { $0.p50 }, line("p99", orange) { $0.p99 }, line("max", red) { $0.max }],
            isLogarithmic: true
        ).svg
    }

    /// Draws the distribution as HdrHistogram's tools do: each nine of the percentile is as wide as the one before.
    private static func distribution(_ report: BenchReport) -> String {
        let points = report.distribution.filter { $0.percentile < 100 }.map { point in
            (x: -log10(1 - point.percentile / 100), y: point.milliseconds)
        }
        let last = points.last?.x ?? 0
        let nines: [(Double, String)] = [
            (0, "0"), (50, "50"), (90, "90"), (99, "99"), (99.9, "99.9"), (99.99, "99.99"), (99.999, "99.999"),
        ]
        let marks = nines.map { (x: -log10(1 - $0.0 / 100), text: $0.1 + " %") }.filter { $0.x <= last }
        return Plot(
            title: "Latency that so many answers did not exceed", xTitle: "percentile", yTitle: "milliseconds",
            lines: [Plot.Line(name: "latency", color: blue, points: points)], xMarks: marks, isLogarithmic: true
        ).svg
    }
}
