internal import Foundation
internal import Store

extension Verification {
    /// Computes a projection again from the tables and compares every record.
    static func check(
        _ projection: any Projection, _ snapshot: Snapshot, _ report: inout VerificationReport,
        _ progress: (VerificationProgress) -> Void
    ) {
        let name = projection.name
        // Rows that are not what was written give other derived records, which says nothing new.
        guard report.checks.allSatisfy({ $0.violations.isEmpty }) else {
            return report.checks.append(.skipped(name, "not compared, because something else is wrong"))
        }
        let scratch = FileManager.default.temporaryDirectory.path + "/usher-verify-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            let found = try ProjectionVerification.run(projection, of: snapshot, scratch: scratch) { state in
                progress(VerificationProgress(step: name, done: state.done, total: state.total))
            }
            report.checks.append(found.map { check(projection, $0) } ?? .skipped(name, absence))
        } catch {
            let text = "This cannot be compared: \(projection.title)."
            report.checks.append(VerificationReport.Check(name, text, violations: ["\(error)"]))
        }
    }

    /// Says why a projection is not compared where it is not kept.
    private static let absence =
        "not kept up to date in this directory; the next start of a node that keeps it computes it anew"

    private static func check(
        _ projection: any Projection, _ found: ProjectionVerification.Report
    ) -> VerificationReport.Check {
        var violations = found.examples
        if found.differences > UInt64(violations.count) {
            violations.append("and \(found.differences - UInt64(violations.count)) more")
        }
        return VerificationReport.Check(
            projection.name,
            found.differences == 0
                ? "\(found.records) derived records are what the tables give"
                : "\(found.differences) of \(found.records) derived records are not what the tables give. "
                    + "The rows are right; have this computed anew with `usher metrics rebuild`: \(projection.title).",
            figures: [VerificationReport.Figure(name: "records", value: found.records)],
            violations: violations)
    }
}
