import Foundation

/// The result of a run, for people and for programs.
struct SoakReport: Codable, Sendable {
    var seed: UInt64
    var seconds: Double
    var ok: Bool
    /// Ended before its time by a signal; nothing was verified at the end then.
    var wasInterrupted: Bool
    var places: Int
    var repeats: Int
    /// Answers that gave no place, by their code.
    var refusals: [String: Int]
    /// Places whose outcome is unknown.
    var doubtful: Int
    var ids: Int
    /// The longest time without a new place while everything that a claim needs was there.
    var longestRefusalSeconds: Double
    var longestRefusalAtSeconds: Double
    /// Seconds in which everything that a claim needs was there.
    var readySeconds: Double
    var steps: [String: Int]
    var skipped: [String: String]
    var resources: [String: ResourceSampler.Figures]
    var broken: [String: Int]
    var findings: [Finding]
    /// Where directories and logs are kept; nil when they were removed.
    var directory: String?

    init(_ soak: Soak, seconds: Double, directory: String?) {
        let figures = soak.book.figures
        let availability = soak.availability.figures
        seed = soak.plan.seed
        self.seconds = seconds
        ok = soak.findings.isEmpty
        wasInterrupted = soak.wasInterrupted
        (places, repeats, refusals, doubtful) = (figures.granted, figures.replays, figures.refusals, figures.doubtful)
        ids = soak.ids.count
        longestRefusalSeconds = availability.longestSeconds
        longestRefusalAtSeconds = availability.atSeconds
        readySeconds = availability.readySeconds
        steps = soak.log.counts
        skipped = soak.log.skipped
        resources = soak.resources.figures
        broken = Dictionary(uniqueKeysWithValues: soak.findings.counts.map { ($0.key.rawValue, $0.value) })
        findings = soak.findings.list
        self.directory = directory
    }

    /// The report as JSON with sorted keys in snake case.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The report as text.
    var text: String {
        var lines = [
            String(format: "seed %@, %.0f s", "\(seed)", seconds),
            "places          \(places) given out, \(repeats) repeats, \(doubtful) unknown; \(ids) ids",
            String(
                format: "longest refusal %.2f s, at second %.0f; everything was there for %.0f s",
                longestRefusalSeconds,
                longestRefusalAtSeconds, readySeconds),
            "no place        " + SoakReport.list(refusals),
            "steps           " + SoakReport.list(steps),
        ]
        for (step, reason) in skipped.sorted(by: { $0.key < $1.key }) {
            lines.append("skipped         \(step): \(reason)")
        }
        for (node, figures) in resources.sorted(by: { $0.key < $1.key }) {
            lines.append("node \(node)          " + SoakReport.text(figures))
        }
        for invariant in Invariant.allCases {
            lines.append((broken[invariant.rawValue] == nil ? "ok      " : "BROKEN  ") + invariant.rawValue)
            for finding in findings.filter({ $0.invariant == invariant }).prefix(3) {
                lines.append(String(format: "          at %.3f s, during ", finding.atSeconds) + finding.step)
                lines.append("          " + finding.evidence)
            }
        }
        if let directory { lines.append("directories and logs are kept in \(directory)") }
        lines.append(ok ? "Every promise was kept." : "A promise was broken; seed \(seed).")
        if wasInterrupted { lines.append("Interrupted: the end was not checked.") }
        return lines.joined(separator: "\n")
    }

    private static func list(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private static func text(_ figures: ResourceSampler.Figures) -> String {
        func text(_ sample: ResourceSampler.Sample) -> String {
            "\(Int(sample.residentMegabytes)) MB, \(sample.descriptors) descriptors, \(sample.threads) threads"
        }
        return "first \(text(figures.first)); last \(text(figures.last)); most \(text(figures.peak))"
    }
}
