import Engine

/// A node's clock in a simulation: its wall clock is wrong by whatever the simulation says.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedClock: EngineClock, @unchecked Sendable {
    private let world: SimulatedWorld
    /// The error of the wall clock; may change at any time, in either direction.
    var errorMilliseconds: Int64

    init(_ world: SimulatedWorld, errorMilliseconds: Int64) {
        self.world = world
        self.errorMilliseconds = errorMilliseconds
    }

    func wallMilliseconds() -> Int64 { 1_800_000_000_000 + errorMilliseconds + Int64(world.now / 1_000_000) }

    func monotonicNanoseconds() -> UInt64 { world.now }

    func sleep(for duration: Duration) async throws {
        try await world.sleep(nanoseconds: SimulatedClock.nanoseconds(duration))
    }

    func call(after duration: Duration, _ body: @escaping @Sendable () -> Void) {
        world.after(nanoseconds: SimulatedClock.nanoseconds(duration), body)
    }

    func pause(for duration: Duration) {}

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
    }
}
