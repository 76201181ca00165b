import Synchronization
import UnixSignals

/// Knows that a node is to stop, also while no server runs that would be told: between two servers the signals are nobody's.
final class StopRequest: Sendable {
    private struct State {
        var isMade = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// True once a signal has asked for the end.
    var isMade: Bool { state.withLock { $0.isMade } }

    /// Waits for signals until the task is cancelled.
    func watch() async {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            let cancel = state.withLock { state in
                state.isMade = true
                return state.cancel
            }
            cancel?()
        }
    }

    /// Runs work that a signal cancels.
    ///
    /// - Throws: what `work` throws; `CancellationError` also where the signal came before.
    func interrupting<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task { try await work() }
        let isMade = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.isMade
        }
        if isMade { task.cancel() }
        defer { state.withLock { $0.cancel = nil } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
