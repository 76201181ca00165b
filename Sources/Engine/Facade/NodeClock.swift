internal import Journal
internal import Synchronization

/// The one time of a node: of the batches that it decides and of everything that is read.
///
/// A primary's is the present: ``LogClock``, shared by the sequencer and all readers, so that nothing is shown at a time
/// that a later decision is before. A replica's is the primary's, as its last frame or heartbeat gave it; its own clock
/// does not matter.
final class NodeClock: Sendable {
    private let clock: any EngineClock
    private let log: Mutex<LogClock>

    init(_ clock: any EngineClock, startingAt time: Timestamp) {
        self.clock = clock
        log = Mutex(LogClock(startingAt: time, monotonicNanoseconds: clock.monotonicNanoseconds()))
    }

    /// The time now: at or after every time given or heard of before.
    ///
    /// - Parameter leads: True if this node decides.
    /// - Returns: The time.
    func now(leads: Bool) -> Timestamp {
        log.withLock { leads ? $0.next(from: clock) : $0.last }
    }

    /// Takes note of a time that the primary has given.
    func hear(_ time: Timestamp) {
        log.withLock { $0.advance(to: time, monotonicNanoseconds: clock.monotonicNanoseconds()) }
    }

    /// A clock that only goes forward, in nanoseconds since some fixed point: for durations.
    func monotonicNanoseconds() -> UInt64 { clock.monotonicNanoseconds() }
}
