internal import Foundation
internal import Projections
internal import Store

extension Verification {
    /// Computes the metrics again from the tables and compares every record.
    static func checkMetrics(
        _ snapshot: Snapshot, _ report: inout VerificationReport, _ progress: (VerificationProgress) -> Void
    ) {
        // Rows that are not what was written give other metrics, which says nothing new.
        guard report.checks.allSatisfy({ $0.violations.isEmpty }) else {
            return report.checks.append(.skipped("metrics", "not compared, because something else is wrong"))
        }
        let scratch = FileManager.default.temporaryDirectory.path + "/usher-verify-\(UUID().uuidString)"
        do {
            let found = try MetricsVerification.run(snapshot, scratch: scratch) { state in
                progress(VerificationProgress(step: "metrics", done: state.done, total: state.total))
            }
            var violations = found.examples
            if found.differences > UInt64(violations.count) {
                violations.append("and \(found.differences - UInt64(violations.count)) more")
            }
            report.checks.append(
                VerificationReport.Check(
                    "metrics",
                    found.differences == 0
                        ? "\(found.records) derived records are what the tables give"
                        : "\(found.differences) of \(found.records) derived records are not what the tables give. "
                            + "The rows are right; have the metrics computed anew at the next start.",
                    figures: [VerificationReport.Figure(name: "records", value: found.records)],
                    violations: violations))
        } catch MetricsError.stale {
            report.checks.append(
                .skipped("metrics", "not kept up to date in this directory; a start with metrics computes them anew"))
        } catch {
            report.checks.append(
                VerificationReport.Check("metrics", "The metrics can not be compared.", violations: ["\(error)"]))
        }
    }
}
