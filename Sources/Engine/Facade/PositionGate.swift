internal import Dispatch
internal import Journal
internal import Synchronization

/// Lets callers wait until a position is reached: durable, or applied.
final class PositionGate: Sendable {
    private struct Waiter {
        var id: UInt64
        var position: LogPosition
        var resume: @Sendable (Bool) -> Void
    }

    private struct State {
        var reached: LogPosition
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
        var closed = false
    }

    private let state: Mutex<State>
    private let waiterCount = Atomic<Int>(0)

    init(reached: LogPosition) {
        state = Mutex(State(reached: reached))
    }

    /// The last position reached.
    var reached: LogPosition { state.withLock { $0.reached } }

    /// True if a caller waits.
    var isAwaited: Bool { waiterCount.load(ordering: .relaxed) > 0 }

    /// Notes that a position is reached and lets its waiters go.
    func reach(_ position: LogPosition) {
        let released = state.withLock { state -> [Waiter] in
            guard position > state.reached else { return [] }
            state.reached = position
            guard !state.waiters.isEmpty else { return [] }
            let released = state.waiters.filter { $0.position <= position }
            state.waiters.removeAll { $0.position <= position }
            return released
        }
        waiterCount.subtract(released.count, ordering: .relaxed)
        for waiter in released { waiter.resume(true) }
    }

    /// Sends everybody away with false; nothing will be reached any more.
    func close() {
        let released = state.withLock { state -> [Waiter] in
            state.closed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        waiterCount.subtract(released.count, ordering: .relaxed)
        for waiter in released { waiter.resume(false) }
    }

    /// Waits until `position` is reached; false when the gate closes or the time is over before.
    ///
    /// - Parameters:
    ///   - position: The position.
    ///   - timeoutMilliseconds: The longest wait; nil for no limit.
    ///   - clock: The clock of the timeout.
    ///   - registered: Called when the wait is noted, so that those who can end it learn of it.
    /// - Returns: True if the position was reached.
    func wait(
        for position: LogPosition, timeoutMilliseconds: Int? = nil, by clock: some EngineClock,
        registered: () -> Void = {}
    ) async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let id = register(position) { continuation.resume(returning: $0) }
            registered()
            guard let id, let timeoutMilliseconds else { return }
            clock.call(after: .milliseconds(timeoutMilliseconds)) { self.giveUp(id) }
        }
    }

    /// Blocks the calling thread until `position` is reached; false when the gate closes or the time is over before.
    func waitBlocking(
        for position: LogPosition, timeoutMilliseconds: Int? = nil, registered: () -> Void
    ) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let id = register(position) { _ in done.signal() }
        registered()
        if let id, let timeoutMilliseconds {
            if done.wait(timeout: .now() + .milliseconds(timeoutMilliseconds)) == .timedOut { giveUp(id) }
        } else {
            done.wait()
        }
        return reached >= position
    }

    private func register(_ position: LogPosition, _ resume: @escaping @Sendable (Bool) -> Void) -> UInt64? {
        let answer = state.withLock { state -> (id: UInt64?, reached: Bool) in
            if position <= state.reached { return (nil, true) }
            if state.closed { return (nil, false) }
            state.nextID += 1
            state.waiters.append(Waiter(id: state.nextID, position: position, resume: resume))
            return (state.nextID, false)
        }
        if let id = answer.id {
            waiterCount.add(1, ordering: .relaxed)
            return id
        }
        resume(answer.reached)
        return nil
    }

    private func giveUp(_ id: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        guard let waiter else { return }
        waiterCount.subtract(1, ordering: .relaxed)
        waiter.resume(false)
    }
}
