/// The figures of a report in the order in which they are shown.
struct ReportFigures {
    var rows: [(name: String, value: String)] = []

    init(_ report: BenchReport) {
        let latency = report.latencyMs
        let meaning =
            report.target == "engine"
            ? "from handing in" : report.model == "open" ? "from the due instant" : "service time: from sending"
        add("throughput", "\(Figure.whole(report.throughputPerSecond)) claims/s")
        add("measured", "\(report.requests) requests, \(report.claims) claims in \(Figure.short(report.seconds)) s")
        if report.target == "engine" {
            add("waiting", "\(report.connections) claims")
        } else {
            add("connections", "\(report.connections), \(report.pipeline) under way on each")
        }
        add(
            "latency",
            "p50 \(Figure.short(latency.p50))  p90 \(Figure.short(latency.p90))  p99 \(Figure.short(latency.p99))  "
                + "p99.9 \(Figure.short(latency.p999))  max \(Figure.short(latency.max)) ms, \(meaning)")
        addOutcomes(report)
        add("errors", ReportFigures.list(report.errors))
        if let seconds = report.server.cpuSecondsPerMillionClaims {
            add("server CPU", "\(Figure.short(seconds)) s for a million claims")
        }
        if let bytes = report.server.residentBytes { add("server memory", Figure.megabytes(bytes)) }
        if let bytes = report.server.journalBytesPerClaim { add("journal", "\(Figure.short(bytes)) bytes a claim") }
        if let syncs = report.server.syncsPerClaim { add("syncs", "\(Figure.short(syncs)) a claim") }
    }

    private mutating func addOutcomes(_ report: BenchReport) {
        let outcomes = report.outcomes
        let counts = [
            ("granted", outcomes.granted), ("already", outcomes.already), ("held", outcomes.held),
            ("confirmed", outcomes.confirmed), ("released", outcomes.released),
        ]
        let given = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        add("outcomes", given.isEmpty ? "none granted" : given.joined(separator: ", "))
        if !outcomes.refused.isEmpty { add("refused", ReportFigures.list(outcomes.refused)) }
    }

    private mutating func add(_ name: String, _ value: String) { rows.append((name, value)) }

    private static func list(_ counts: [String: Int]) -> String {
        let sorted = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
        return sorted.isEmpty ? "none" : sorted.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
