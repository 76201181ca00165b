internal import Journal

/// Measures how far a follower is behind, by its own clock alone.
///
/// Heartbeats say how far the sender is. As long as the follower does not have what one of them named, it is behind by
/// the time since that heartbeat; when no heartbeat comes, by the time since the last one.
struct LagClock {
    private var targets: [(position: LogPosition, seen: UInt64)] = []
    private var lastContact: UInt64?
    private(set) var upstreamPosition: LogPosition?

    /// Heartbeats come twice a second; silence longer than this counts as lag.
    private static let silenceNanoseconds: UInt64 = 1_500_000_000

    /// Notes a heartbeat.
    mutating func hear(of position: LogPosition, at now: UInt64) {
        lastContact = now
        upstreamPosition = position
        if targets.last.map({ $0.position < position }) ?? true { targets.append((position, now)) }
    }

    /// Notes that bytes came.
    mutating func contact(at now: UInt64) {
        if lastContact != nil { lastContact = now }
    }

    /// The lag of a follower that has everything up to `position`; nil before the first heartbeat.
    mutating func milliseconds(at position: LogPosition, now: UInt64) -> Int64? {
        guard let lastContact else { return nil }
        targets.removeAll { $0.position <= position }
        let silence = now &- lastContact
        let missing = targets.first.map { now &- $0.seen } ?? 0
        return Int64(max(missing, silence > LagClock.silenceNanoseconds ? silence : 0) / 1_000_000)
    }
}
