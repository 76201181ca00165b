import Dispatch
import Engine
import Foundation
import Synchronization

/// Writes the log to standard error on a thread of its own, so that a reader that does not read keeps nobody waiting.
///
/// Drops a line that would wait behind more than ``pendingBytesMax``; a line before the next one that finds room says how
/// many were dropped.
final class LogWriter: Sendable {
    /// The log of this process.
    static let standardError = LogWriter(descriptor: STDERR_FILENO)

    /// The bytes that may wait to be written.
    static let pendingBytesMax = 1 << 20
    /// The longest wait for what waits, where the process ends.
    private static let flushMilliseconds = 1000

    private struct State {
        var pending: [UInt8] = []
        var dropped = 0
        /// True while the thread writes what it has taken.
        var isWriting = false
        var hasThread = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes a line; never waits.
    ///
    /// - Parameters:
    ///   - line: The line, with its line feed.
    ///   - note: Makes the line that says how many were dropped before this one.
    func put(_ line: [UInt8], notingDropped note: (Int) -> [UInt8]) {
        let isFirst = state.withLock { state in
            guard state.pending.count + line.count <= LogWriter.pendingBytesMax else {
                state.dropped += 1
                return false
            }
            let isFirst = state.pending.isEmpty
            if state.dropped > 0 {
                state.pending += note(state.dropped)
                state.dropped = 0
            }
            state.pending += line
            if !state.hasThread {
                state.hasThread = true
                Thread { [self] in run() }.start()
            }
            return isFirst
        }
        if isFirst { work.signal() }
    }

    /// Waits until everything is written, at most for a second.
    func flush() {
        for _ in 0..<LogWriter.flushMilliseconds {
            if state.withLock({ $0.pending.isEmpty && !$0.isWriting }) { return }
            usleep(1000)
        }
    }

    private func run() {
        while true {
            work.wait()
            let bytes = state.withLock { state in
                state.isWriting = true
                defer { state.pending = [] }
                return state.pending
            }
            Terminal.write(bytes, to: descriptor)
            state.withLock { $0.isWriting = false }
        }
    }
}
