public import Journal
internal import Synchronization

/// Knows the number of followers that must have a frame on disk before it is acknowledged, and the position of each.
///
/// Nobody blocks in here: the sequencer asks, and is told of every change that may let a frame be acknowledged.
public final class ReplicaQuorum: Sendable {
    private let requiredNow: Atomic<Int>
    /// The nanoseconds that a frame waits for followers before its commands are answered "outcome unknown".
    let timeoutNanoseconds: UInt64
    /// The newest position that each connected follower has on disk.
    private let confirmed = Mutex<[String: LogPosition]>([:])
    private let changed: @Sendable () -> Void

    /// Makes a quorum that nobody belongs to yet.
    ///
    /// - Parameters:
    ///   - required: The number of followers that must have a frame.
    ///   - timeoutMilliseconds: The time that a frame waits for them.
    ///   - changed: Called after every change that may let a frame be acknowledged.
    init(required: Int, timeoutMilliseconds: Int, changed: @escaping @Sendable () -> Void) {
        requiredNow = Atomic(required)
        timeoutNanoseconds = UInt64(max(0, timeoutMilliseconds)) * 1_000_000
        self.changed = changed
    }

    /// The number of followers that must have a frame; 0 for none.
    public var required: Int { requiredNow.load(ordering: .relaxed) }

    /// Changes how many must have it, from now on.
    ///
    /// - Returns: how many it was before.
    @discardableResult
    public func require(_ count: Int) -> Int {
        precondition(count >= 0, "a number of followers is not negative")
        let before = requiredNow.exchange(count, ordering: .relaxed)
        changed()
        return before
    }

    /// The number of followers connected.
    public var connected: Int { confirmed.withLock { $0.count } }

    /// Counts a follower in that is connected now and has the log up to `position` on disk.
    public func enter(_ follower: String, at position: LogPosition) {
        confirmed.withLock { $0[follower] = position }
        changed()
    }

    /// Notes that a connected follower has more on disk.
    public func confirm(_ follower: String, _ position: LogPosition) {
        confirmed.withLock { confirmed in
            guard let known = confirmed[follower], known < position else { return }
            confirmed[follower] = position
        }
        changed()
    }

    /// Counts a follower out.
    public func leave(_ follower: String) {
        confirmed.withLock { _ = $0.removeValue(forKey: follower) }
    }

    /// True if fewer are connected than must have a frame, so that it cannot be acknowledged at present.
    public var isShort: Bool {
        let required = required
        return required > 0 && connected < required
    }

    /// True if enough followers have the log up to `position`.
    func has(_ position: LogPosition) -> Bool {
        let required = required
        guard required > 0 else { return true }
        return confirmed.withLock { $0.values.count { $0 >= position } } >= required
    }
}
