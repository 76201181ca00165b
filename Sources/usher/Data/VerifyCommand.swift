import ArgumentParser
import Engine
import Journal
import Projections

/// The command `usher verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify that the data on the disk is intact and keeps every rule.",
        discussion: """
            Checks every retained frame of the journal, the digest of the tables from a full scan, and every rule of \
            the domain. Changes nothing and may run beside the server. Exit code 3 when something is wrong.
            """)

    @OptionGroup var directory: DirectoryOption
    @Option(help: "Verify this snapshot file instead of a directory.", completion: .file()) var snapshot: String?
    @Option(help: "Stop looking for broken rules after so many.") var limit = 100
    @Flag(help: "Also compute the metrics anew and compare every record.") var metrics = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingNow {
            guard limit > 0 else { throw CommandFailure("--limit must be at least 1.", code: Exit.usage) }
            if let snapshot { try InputFile.check(snapshot) }
            let line = ProgressLine()
            defer { line.clear() }
            let report =
                if let snapshot {
                    try Verification.run(snapshot: snapshot) { line.show($0) }
                } else {
                    try Verification.run(
                        directory: directory.path, violationsMax: limit,
                        projections: metrics ? [MetricsProjection()] : []
                    ) { line.show($0) }
                }
            line.clear()
            if json { try Terminal.print(json: VerifyResult(report)) } else { print(report) }
            if !report.isClean { throw ExitCode(Exit.violations) }
        }
    }

    private func print(_ report: VerificationReport) {
        let position = report.point.map { " at \($0.position)" } ?? ""
        Terminal.print("\(report.path)\(position)")
        for check in report.checks {
            let mark =
                switch check.outcome {
                case .passed: "ok     "
                case .failed: "FAILED "
                case .skipped: "skipped"
                }
            Terminal.print("  \(mark)  \(check.name): \(check.detail)")
            for violation in check.violations { Terminal.print("             \(violation)") }
        }
        Terminal.print(report.isClean ? "Nothing is wrong." : "Violations were found.")
    }
}

/// A report as JSON.
private struct VerifyResult: Encodable {
    struct Check: Encodable {
        var name: String
        var outcome: String
        var detail: String
        var figures: [String: UInt64]
        var violations: [String]
    }

    var path: String
    var clean: Bool
    var position: String?
    var digest: String?
    var checks: [Check]

    init(_ report: VerificationReport) {
        path = report.path
        clean = report.isClean
        position = report.point?.position.description
        digest = report.point?.digest.description
        checks = report.checks.map { check in
            Check(
                name: check.name, outcome: check.outcome.rawValue, detail: check.detail,
                figures: Dictionary(check.figures.map { ($0.name, $0.value) }) { first, _ in first },
                violations: check.violations)
        }
    }
}
