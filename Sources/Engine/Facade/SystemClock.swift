#if canImport(Glibc)
    internal import Glibc
#endif

/// The machine's clocks.
public struct SystemClock: EngineClock {
    /// Makes the clock.
    public init() {}

    /// Reads `CLOCK_REALTIME`.
    public func wallMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Reads `CLOCK_MONOTONIC`.
    public func monotonicNanoseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
