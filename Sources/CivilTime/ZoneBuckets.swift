/// Cuts time into the minutes, hours and days of a zone.
///
/// A day begins when the clocks of the zone first show its date: at a midnight that comes twice at the first, where
/// midnight is skipped at the change. A date that a zone has skipped has no day. A minute or an hour ends where that
/// of the clocks does and where the clocks are changed, so that an hour that comes twice is two buckets.
package struct ZoneBuckets {
    /// The width of a bucket.
    package enum Width: Int64, Sendable {
        case minute = 60
        case hour = 3600
        case day = 86_400
    }

    private let zone: Zone
    private let width: Width
    private var now: Int64
    private var offset: Int64
    private var change: (second: Int64, offset: Int64)?
    /// The latest date that the clocks have shown, in days since 1970-01-01.
    private var date: Int64

    /// Begins at an instant.
    private init(_ zone: Zone, _ width: Width, after second: Int64) {
        self.zone = zone
        self.width = width
        now = second
        offset = zone.offset(at: second)
        change = zone.change(after: second)
        date = (second + offset).flooredQuotient(86_400)
    }

    /// The beginnings of the buckets from the one that `start` lies in up to `end`, and the end of the last one.
    ///
    /// - Parameters:
    ///   - zone: The zone.
    ///   - width: The width.
    ///   - start: A second in the first bucket.
    ///   - end: The second before which the last bucket begins; after `start`.
    ///   - countMax: The most buckets.
    /// - Returns: One bound more than there are buckets; nil when there are more buckets than `countMax`.
    /// - Complexity: O(buckets).
    package static func bounds(
        in zone: Zone, _ width: Width, from start: Int64, to end: Int64, countMax: Int
    ) -> [Int64]? {
        precondition(start < end, "buckets cover some time")
        // No bucket is longer than two of its width, but for a day beside a date that was skipped.
        var buckets = ZoneBuckets(zone, width, after: start - (width == .day ? 3 : 2) * width.rawValue)
        var bounds: [Int64] = []
        while true {
            let bound = buckets.next()
            if bound <= start { bounds = [bound] } else { bounds.append(bound) }
            if bound >= end { return bounds }
            if bounds.count > countMax { return nil }
        }
    }

    /// The first instant of a day, or of the first day after it where the zone has skipped it.
    ///
    /// - Parameters:
    ///   - day: The day, in days since 1970-01-01.
    ///   - zone: The zone.
    /// - Returns: Seconds since 1970.
    package static func start(ofDay day: Int64, in zone: Zone) -> Int64 {
        var buckets = ZoneBuckets(zone, .day, after: (day - 3) * 86_400)
        while true {
            let bound = buckets.next()
            if buckets.date >= day { return bound }
        }
    }

    /// Moves on to the beginning of the next bucket.
    private mutating func next() -> Int64 {
        while true {
            let regular =
                width == .day
                ? (date + 1) * 86_400 - offset
                : ((now + offset).flooredQuotient(width.rawValue) + 1) * width.rawValue - offset
            guard let change, change.second <= regular else {
                now = regular
                date = (now + offset).flooredQuotient(86_400)
                return now
            }
            (now, offset) = change
            self.change = zone.change(after: now)
            let shown = (now + offset).flooredQuotient(86_400)
            if width == .day, shown <= date { continue }
            date = shown
            return now
        }
    }
}
