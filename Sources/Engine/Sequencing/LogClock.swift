internal import Journal

/// The log's time: follows the wall clock and never goes back.
///
/// When the wall clock jumps back, log time continues at the pace of the monotonic clock, so that holds keep running
/// out; when the wall clock has caught up, it leads again. A jump forward is followed at once.
struct LogClock {
    /// The time given last.
    private(set) var last: Timestamp
    private var lastMonotonic: UInt64

    init(startingAt time: Timestamp, monotonicNanoseconds: UInt64) {
        last = time
        lastMonotonic = monotonicNanoseconds
    }

    /// Continues at or after a time that another node has given.
    mutating func advance(to time: Timestamp, monotonicNanoseconds: UInt64) {
        guard time > last else { return }
        last = time
        lastMonotonic = monotonicNanoseconds
    }

    /// The time of the next batch: at or after every time given before.
    mutating func next(from clock: some EngineClock) -> Timestamp {
        let monotonic = clock.monotonicNanoseconds()
        let elapsed = Int64(clamping: (monotonic &- min(lastMonotonic, monotonic)) / 1_000_000)
        let wall = clock.wallMilliseconds()
        if wall >= last.milliseconds {
            last = Timestamp(milliseconds: wall)
            lastMonotonic = monotonic
        } else if elapsed > 0 {
            last = Timestamp(milliseconds: last.milliseconds + elapsed)
            lastMonotonic = monotonic
        }
        return last
    }
}
