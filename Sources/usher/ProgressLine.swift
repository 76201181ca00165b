import Engine
import Foundation
import Synchronization

/// A line on a terminal that shows how far long work is; silent when nobody watches.
final class ProgressLine: Sendable {
    private struct State {
        var shownAt = ContinuousClock.now - .seconds(1)
        var isOpen = false
    }

    private let isShown: Bool
    private let state = Mutex(State())

    /// Makes a line.
    ///
    /// - Parameter isBesideOutput: True if results are printed meanwhile: on the same terminal they are progress enough.
    init(isBesideOutput: Bool = false) {
        isShown = Terminal.isWatched && !(isBesideOutput && Terminal.showsOutput)
    }

    /// Shows how far the work is, at most ten times a second.
    func show(_ text: @autoclosure () -> String) {
        let isDue = state.withLock { state in
            guard isShown, ContinuousClock.now - state.shownAt >= .milliseconds(100) else { return false }
            state = State(shownAt: .now, isOpen: true)
            return true
        }
        guard isDue else { return }
        Terminal.write(Array("\r\u{1B}[2K\(text())".utf8), to: STDERR_FILENO)
    }

    /// Shows how far a verification is.
    func show(_ progress: VerificationProgress) {
        show(ProgressLine.text(progress.step, progress.done, progress.total))
    }

    /// Takes the line away.
    func clear() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        guard wasOpen else { return }
        Terminal.write(Array("\r\u{1B}[2K".utf8), to: STDERR_FILENO)
    }

    /// `step  42 % (1 of 2)`, or without a total `step  1`.
    static func text(_ step: String, _ done: UInt64, _ total: UInt64?) -> String {
        guard let total, total > 0 else { return "\(step)  \(done)" }
        return "\(step)  \(min(100, done * 100 / total)) % (\(done) of \(total))"
    }
}
