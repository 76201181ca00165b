internal import Journal

/// Measures how far a follower is behind, by its own clock alone.
///
/// Heartbeats say how far the sender is. As long as the follower does not have what one of them named, it is behind by
/// the time since that heartbeat; when no heartbeat comes, by the time since the last one. A sender that is a replica
/// says how far it is behind the primary itself, which comes on top: lag is measured to the primary, over any number of
/// nodes.
struct LagClock {
    private var targets: [(position: LogPosition, seen: UInt64)] = []
    private var lastContact: UInt64?
    private(set) var upstreamPosition: LogPosition?
    /// The lag of the sender behind the primary, as its last heartbeat said; nil when it does not know.
    private var senderMilliseconds: Int64? = 0

    /// Heartbeats come twice a second; silence longer than this counts as lag.
    private static let silenceNanoseconds: UInt64 = 1_500_000_000

    /// Notes a heartbeat.
    ///
    /// - Parameters:
    ///   - position: The position of the sender.
    ///   - lagMilliseconds: The sender's own lag; the highest value stands for an unknown one.
    ///   - now: Monotonic nanoseconds.
    mutating func hear(of position: LogPosition, lagMilliseconds: UInt32, at now: UInt64) {
        lastContact = now
        senderMilliseconds = lagMilliseconds == .max ? nil : Int64(lagMilliseconds)
        upstreamPosition = position
        if targets.last.map({ $0.position < position }) ?? true { targets.append((position, now)) }
    }

    /// Notes that bytes came.
    mutating func contact(at now: UInt64) {
        if lastContact != nil { lastContact = now }
    }

    /// The lag to the primary of a follower that has everything up to `position`; nil before the first heartbeat, and
    /// while the sender does not know its own.
    mutating func milliseconds(at position: LogPosition, now: UInt64) -> Int64? {
        guard let lastContact, let senderMilliseconds else { return nil }
        targets.removeAll { $0.position <= position }
        let silence = now &- lastContact
        let missing = targets.first.map { now &- $0.seen } ?? 0
        let own = max(missing, silence > LagClock.silenceNanoseconds ? silence : 0)
        return Int64(own / 1_000_000) + senderMilliseconds
    }
}
