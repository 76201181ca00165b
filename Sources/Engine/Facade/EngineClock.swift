#if canImport(Glibc)
    internal import Glibc
#endif

/// Where the engine's time comes from, and the waiting for it.
///
/// Tests and simulations bring their own. The waits are the machine's unless a clock says otherwise.
public protocol EngineClock: Sendable {
    /// The wall clock, in milliseconds since the Unix epoch. May jump either way.
    func wallMilliseconds() -> Int64
    /// A clock that only goes forward, in nanoseconds since some fixed point.
    func monotonicNanoseconds() -> UInt64
    /// Suspends the task for a time.
    ///
    /// - Throws: `CancellationError`, early, when the task is cancelled.
    func sleep(for duration: Duration) async throws
    /// Calls `body` once, after a time.
    func call(after duration: Duration, _ body: @escaping @Sendable () -> Void)
    /// Blocks the calling thread for a time: between pieces of work that nobody waits for.
    func pause(for duration: Duration)
}

extension EngineClock {
    /// Suspends the task by the machine's clock.
    public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }

    /// Calls `body` after a time of the machine's clock.
    public func call(after duration: Duration, _ body: @escaping @Sendable () -> Void) {
        Task {
            try? await Task.sleep(for: duration)
            body()
        }
    }

    /// Blocks the calling thread by the machine's clock.
    public func pause(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&rest, nil)
    }
}
