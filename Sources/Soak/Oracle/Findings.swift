import Foundation
import Synchronization

/// Everything that was found to be wrong.
final class Findings: Sendable {
    private struct State {
        var list: [Finding] = []
        var counts: [Invariant: Int] = [:]
    }

    /// The most findings kept of one invariant; more of them say nothing new.
    private static let keptPerInvariantMax = 10
    private let state = Mutex(State())
    private let log: StepLog

    init(_ log: StepLog) { self.log = log }

    /// Remembers a broken promise.
    func report(_ invariant: Invariant, _ evidence: String) {
        let finding = Finding(
            invariant: invariant, step: log.current, atSeconds: log.seconds, evidence: evidence)
        let isNew = state.withLock { state in
            state.counts[invariant, default: 0] += 1
            guard state.counts[invariant, default: 0] <= Findings.keptPerInvariantMax else { return false }
            state.list.append(finding)
            return true
        }
        if isNew { log.write("BROKEN: \(invariant.rawValue): \(evidence)") }
    }

    /// Reports unless a condition holds.
    func expect(_ condition: Bool, _ invariant: Invariant, _ evidence: @autoclosure () -> String) {
        if !condition { report(invariant, evidence()) }
    }

    var list: [Finding] { state.withLock { $0.list } }
    var counts: [Invariant: Int] { state.withLock { $0.counts } }
    var isEmpty: Bool { state.withLock { $0.list.isEmpty } }
}
