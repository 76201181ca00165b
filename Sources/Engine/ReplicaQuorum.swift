public import Journal
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// How many followers must have a frame on disk before it is acknowledged, and how far each of them is.
///
/// `@unchecked Sendable`: every stored variable but `requiredNow`, which is atomic, is read and written under `mutex`
/// only.
public final class ReplicaQuorum: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let requiredNow: Atomic<Int>
    private let timeoutNanoseconds: UInt64
    /// What each connected follower has on disk.
    private var confirmed: [String: LogPosition] = [:]
    private let changed: @Sendable () -> Void

    /// Makes a quorum that nobody belongs to yet.
    ///
    /// - Parameter changed: called after every change that may let a frame be acknowledged.
    init(required: Int, timeoutMilliseconds: Int, changed: @escaping @Sendable () -> Void) {
        requiredNow = Atomic(required)
        timeoutNanoseconds = UInt64(max(0, timeoutMilliseconds)) * 1_000_000
        self.changed = changed
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// How many followers must have a frame; 0: none.
    public var required: Int { requiredNow.load(ordering: .relaxed) }

    /// Changes how many must have it, from now on.
    ///
    /// - Returns: how many it was before.
    @discardableResult
    public func require(_ count: Int) -> Int {
        precondition(count >= 0, "a number of followers is not negative")
        let before = requiredNow.exchange(count, ordering: .relaxed)
        tell()
        return before
    }

    /// How many followers are connected.
    public var connected: Int { locked { confirmed.count } }

    /// Counts a follower in that is connected now and has the log up to `position` on disk.
    public func enter(_ follower: String, at position: LogPosition) {
        locked { confirmed[follower] = position }
        tell()
    }

    /// Notes that a connected follower has more on disk.
    public func confirm(_ follower: String, _ position: LogPosition) {
        locked {
            guard let known = confirmed[follower], known < position else { return }
            confirmed[follower] = position
        }
        tell()
    }

    /// Counts a follower out.
    public func leave(_ follower: String) {
        locked { _ = confirmed.removeValue(forKey: follower) }
    }

    /// Whether fewer are connected than must have a frame, so that it can not be acknowledged at present.
    var isShort: Bool {
        let required = required
        return required > 0 && connected < required
    }

    /// Whether enough followers have the log up to `position`.
    func has(_ position: LogPosition) -> Bool {
        let required = required
        return required == 0 || locked { count(at: position) >= required }
    }

    /// Blocks until enough followers have the log up to `position`; false when the time is over before.
    func wait(for position: LogPosition) -> Bool {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = UInt64(until.tv_nsec) + timeoutNanoseconds
        until.tv_sec += Int(nanoseconds / 1_000_000_000)
        until.tv_nsec = Int(nanoseconds % 1_000_000_000)
        return locked {
            while count(at: position) < required {
                guard pthread_cond_timedwait(condition, mutex, &until) == 0 else {
                    return count(at: position) >= required
                }
            }
            return true
        }
    }

    private func count(at position: LogPosition) -> Int {
        confirmed.values.reduce(0) { $0 + ($1 >= position ? 1 : 0) }
    }

    private func tell() {
        locked { _ = pthread_cond_broadcast(condition) }
        changed()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
