internal import Journal

#if canImport(Glibc)
    internal import Glibc
#endif

/// Leaves half of a core to those who claim while a snapshot is written.
///
/// Nobody waits for a snapshot as somebody waits for a claim. While there are none it goes as fast as it can.
struct SnapshotPace {
    private var position: LogPosition
    private var workedNanoseconds = SnapshotPace.threadNanoseconds()

    /// Begins, at the log's present position.
    init(at position: LogPosition) {
        self.position = position
    }

    /// Rests for as long as the thread has worked since the last call, if the log has moved since.
    ///
    /// Time in which the thread waited for its reader counts as rest.
    mutating func rest(at newest: LogPosition) {
        let now = SnapshotPace.threadNanoseconds()
        defer { workedNanoseconds = now }
        guard newest > position else { return }
        position = newest
        let worked = now &- workedNanoseconds
        var rest = timespec(tv_sec: Int(worked / 1_000_000_000), tv_nsec: Int(worked % 1_000_000_000))
        nanosleep(&rest, nil)
    }

    private static func threadNanoseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
