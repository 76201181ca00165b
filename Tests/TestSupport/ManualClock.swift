public import Engine
internal import Synchronization

/// A clock that moves only when it is told to, in either direction.
public final class ManualClock: EngineClock {
    private let wall: Mutex<Int64>
    private let monotonic: Mutex<UInt64>

    /// Starts at a fixed instant in 2027.
    public init(wallMilliseconds: Int64 = 1_800_000_000_000) {
        wall = Mutex(wallMilliseconds)
        monotonic = Mutex(1_000_000_000)
    }

    /// Advances both clocks.
    public func advance(seconds: Int64) {
        wall.withLock { $0 += seconds * 1000 }
        monotonic.withLock { $0 += UInt64(seconds) * 1_000_000_000 }
    }

    /// Sets the wall clock somewhere else, as an operator or a time server does.
    ///
    /// No time passes.
    public func jump(seconds: Int64) {
        wall.withLock { $0 += seconds * 1000 }
    }

    /// Lets time pass without the wall clock taking note.
    public func advanceMonotonic(seconds: UInt64) {
        monotonic.withLock { $0 += seconds * 1_000_000_000 }
    }

    /// The wall clock as it was set.
    public func wallMilliseconds() -> Int64 { wall.withLock { $0 } }

    /// The monotonic time, as far as it was advanced.
    public func monotonicNanoseconds() -> UInt64 { monotonic.withLock { $0 } }
}
