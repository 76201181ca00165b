import Foundation
import Synchronization

/// Writes each step and its time to a file, and knows the steps that run now.
final class StepLog: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var skipped: [String: String] = [:]
        var running: [String: String] = [:]
        var number = 0
    }

    private let state = Mutex(State())
    private let file: FileHandle
    private let start = ContinuousClock.now

    /// Makes the file.
    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw SoakFailure("\(path) cannot be written.") }
        self.file = file
    }

    /// Seconds since the beginning.
    var seconds: Double { Double((ContinuousClock.now - start).components.attoseconds) / 1e18 + wholeSeconds }
    private var wholeSeconds: Double { Double((ContinuousClock.now - start).components.seconds) }

    /// Writes a line.
    func write(_ text: String) {
        let line = String(format: "%9.3f  ", seconds) + text + "\n"
        state.withLock { _ in try? file.write(contentsOf: Data(line.utf8)) }
    }

    /// Notes that a lane begins a step; steps of clients are counted and not written.
    func begin(_ step: String, lane: String, isWritten: Bool) {
        let number = state.withLock { state in
            state.counts[step, default: 0] += 1
            state.number += 1
            state.running[lane] = "\(step) (#\(state.number))"
            return state.number
        }
        if isWritten { write("\(lane) #\(number) \(step)") }
    }

    /// Notes that a lane's step is over.
    func end(lane: String) { state.withLock { _ = $0.running.removeValue(forKey: lane) } }

    /// Notes a step that this machine does not allow, and why.
    func skip(_ step: String, _ reason: String) {
        let isNew = state.withLock { $0.skipped.updateValue(reason, forKey: step) == nil }
        if isNew { write("skipped \(step): \(reason)") }
    }

    /// The steps that run now, for evidence.
    var current: String {
        state.withLock { state in
            state.running.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        }
    }

    var counts: [String: Int] { state.withLock { $0.counts } }
    var skipped: [String: String] { state.withLock { $0.skipped } }
}
