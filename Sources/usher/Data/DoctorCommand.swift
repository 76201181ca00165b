import ArgumentParser
import Engine

/// The command `usher doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check that this machine suits a server, and say what to change.",
        discussion: """
            Measures how long a synced write takes in the data directory (a small file is made and removed), and looks \
            at space, file system, limits and time. Exit code 1 when a check fails; warnings are advice.
            """)

    @OptionGroup var directory: DirectoryOption
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        try reportingNow {
            let findings = Doctor(directory: directory.path).examine()
            if json {
                try Terminal.print(json: DoctorResult(data: directory.path, checks: findings))
            } else {
                for (index, finding) in findings.enumerated() {
                    Terminal.print("\(index + 1). \(finding.outcome.rawValue)  \(finding.name): \(finding.detail)")
                    if let advice = finding.advice { Terminal.print("   → \(advice)") }
                }
            }
            if findings.contains(where: { $0.outcome == .fail }) { throw ExitCode(Exit.failed) }
        }
    }
}

private struct DoctorResult: Encodable {
    var data: String
    var checks: [Doctor.Finding]
}
