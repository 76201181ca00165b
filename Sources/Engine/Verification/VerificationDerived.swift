internal import Foundation
internal import Store

extension Verification {
    /// Computes a derived part again from the tables and compares every record.
    static func check(
        _ part: DerivedPart, _ snapshot: Snapshot, _ report: inout VerificationReport,
        _ progress: (VerificationProgress) -> Void
    ) {
        let name = part.checkName
        // Rows that are not what was written give other derived records, which says nothing new.
        guard report.checks.allSatisfy({ $0.violations.isEmpty }) else {
            return report.checks.append(.skipped(name, "not compared, because something else is wrong"))
        }
        let scratch = FileManager.default.temporaryDirectory.path + "/usher-verify-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            let found = try ProjectionVerification.run(part.projection, of: snapshot, scratch: scratch) { state in
                progress(VerificationProgress(step: name, done: state.done, total: state.total))
            }
            report.checks.append(found.map { check(part, $0) } ?? .skipped(name, part.absence))
        } catch {
            report.checks.append(
                VerificationReport.Check(name, "This cannot be compared: \(part.rawValue).", violations: ["\(error)"]))
        }
    }

    private static func check(_ part: DerivedPart, _ found: ProjectionVerification.Report) -> VerificationReport.Check {
        var violations = found.examples
        if found.differences > UInt64(violations.count) {
            violations.append("and \(found.differences - UInt64(violations.count)) more")
        }
        return VerificationReport.Check(
            part.checkName,
            found.differences == 0
                ? "\(found.records) derived records are what the tables give"
                : "\(found.differences) of \(found.records) derived records are not what the tables give. "
                    + "The rows are right; have this computed anew with `usher metrics rebuild`: \(part.rawValue).",
            figures: [VerificationReport.Figure(name: "records", value: found.records)],
            violations: violations)
    }
}

extension DerivedPart {
    /// The name of its check in a report.
    fileprivate var checkName: String {
        switch self {
        case .codeStates: "code_states"
        case .holdStates: "hold_states"
        case .metrics: "metrics"
        }
    }

    /// Why it is not compared where it is not kept.
    fileprivate var absence: String {
        switch self {
        case .codeStates, .holdStates: "not kept up to date in this directory; the next start computes it anew"
        case .metrics: "not kept up to date in this directory; a start with metrics computes them anew"
        }
    }
}
