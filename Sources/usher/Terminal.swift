import Engine
import Foundation
import Synchronization

/// The standard streams: results go to standard output, everything else to standard error.
enum Terminal {
    /// Whether somebody watches standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// A line of the result.
    static func print(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    /// A line for whoever watches.
    static func note(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// Bytes of the result, as they are.
    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Writes without a buffer, so that nothing is left behind whatever ends the process.
    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more; there is nobody to tell.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The result as JSON with sorted keys in snake case, on one line.
    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// A line on a terminal that shows how far long work is; silent when nobody watches.
final class ProgressLine: Sendable {
    private struct State {
        var shownAt = ContinuousClock.now - .seconds(1)
        var isOpen = false
    }

    private let isShown = Terminal.isWatched
    private let state = Mutex(State())

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
