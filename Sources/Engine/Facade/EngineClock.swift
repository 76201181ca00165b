#if canImport(Glibc)
    internal import Glibc
#endif

/// Where the engine's time comes from.
///
/// Tests and simulations bring their own.
public protocol EngineClock: Sendable {
    /// The wall clock, in milliseconds since the Unix epoch. May jump either way.
    func wallMilliseconds() -> Int64
    /// A clock that only goes forward, in nanoseconds since some fixed point.
    func monotonicNanoseconds() -> UInt64
}
