import Synchronization

/// The right to be open beyond the limit: given back when nothing refers to it any more, or lost to a newer connection.
final class PlaceBeyond: Sendable {
    private struct State {
        var isLost = false
        var leave: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Sets what is called, once, when the place is lost; at once where it is lost already.
    ///
    /// The last one counts: a connection changes hands.
    func onLoss(_ leave: @escaping @Sendable () -> Void) {
        let isLost = state.withLock { state in
            if !state.isLost { state.leave = leave }
            return state.isLost
        }
        if isLost { leave() }
    }

    /// Tells who has the place that it is lost.
    func lose() {
        let leave = state.withLock { state in
            state.isLost = true
            defer { state.leave = nil }
            return state.leave
        }
        leave?()
    }
}
