import Synchronization
import UnixSignals

/// Takes SIGHUP for as long as the process lives: it ends no node, and one that comes while no server runs is not lost.
final class HangUp: Sendable {
    private struct State {
        var isPending = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Takes the signal from now on.
    init() async {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        Task { for await _ in signals { arrived() } }
    }

    /// Answers the signal from now on, and at once where it has come before.
    func act(_ action: @escaping @Sendable () -> Void) {
        let isPending = state.withLock { state in
            defer { state = State(action: action) }
            return state.isPending
        }
        if isPending { action() }
    }

    private func arrived() {
        let action = state.withLock { state in
            state.isPending = state.action == nil
            return state.action
        }
        action?()
    }
}
