/// A report for people: a compact table.
public struct ReportText: Sendable {
    /// The lines.
    public let text: String

    /// Formats a report.
    public init(_ report: BenchReport) {
        var lines = ["\(report.workload) on \(report.target), \(report.model) loop, run \(report.run)"]
        if report.interrupted { lines.append("interrupted: what follows is of the time before") }
        lines += ReportText.rows(ReportFigures(report).rows)
        if report.phases.count > 1 { lines += [""] + ReportText.phases(report.phases) }
        if !report.checks.isEmpty { lines.append("") }
        for check in report.checks {
            lines.append("  \(check.ok ? "ok      " : "FAILED  ")\(check.name): \(check.detail)")
        }
        text = lines.joined(separator: "\n")
    }

    private static func rows(_ rows: [(name: String, value: String)]) -> [String] {
        let width = rows.reduce(0) { max($0, $1.name.count) }
        return rows.map { "  \(pad($0.name, width))  \($0.value)" }
    }

    private static func phases(_ phases: [BenchReport.Phase]) -> [String] {
        var table = [
            ["phase", "offered/s", "goodput/s", "p50 ms", "p99 ms", "max ms", "not served", "p99 ms", "memory"]
        ]
        for phase in phases {
            table.append([
                phase.name, Figure.whole(phase.offeredPerSecond), Figure.whole(phase.goodputPerSecond),
                Figure.short(phase.latencyMs.p50), Figure.short(phase.latencyMs.p99), Figure.short(phase.latencyMs.max),
                String(phase.errors.values.reduce(0, +)), Figure.short(phase.failureLatencyMs.p99),
                phase.residentBytes.map(Figure.megabytes) ?? "",
            ])
        }
        let widths = table[0].indices.map { column in table.reduce(0) { max($0, $1[column].count) } }
        return table.map { row in
            "  "
                + zip(row, widths).enumerated().map { index, cell in
                    index == 0 ? pad(cell.0, cell.1) : String(repeating: " ", count: cell.1 - cell.0.count) + cell.0
                }.joined(separator: "  ")
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
