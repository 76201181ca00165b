/// The buckets that cover everything since a second: few, however long that is.
///
/// At most 59 seconds, 59 minutes, 23 hours and 31 days up to the next bucket of 32 days, and those from there on.
struct SuffixCover {
    /// Buckets of one level, from the first up to the second exclusively.
    struct Part {
        var level: TimeLevel
        var buckets: Range<UInt64>
    }

    private(set) var parts: [Part] = []

    /// Covers everything since a second; nil means all time.
    init(since: UInt64?) {
        guard let since else {
            parts = [Part(level: .all, buckets: 0..<1)]
            return
        }
        var start = since
        let finerFirst: [(TimeLevel, TimeLevel)] = [
            (.second, .minute), (.minute, .hour), (.hour, .day), (.day, .days32),
        ]
        for (level, coarser) in finerFirst {
            let end = (start + coarser.seconds - 1) / coarser.seconds * coarser.seconds
            if start < end { parts.append(Part(level: level, buckets: level.bucket(start)..<level.bucket(end))) }
            start = end
        }
        parts.append(Part(level: .days32, buckets: TimeLevel.days32.bucket(start)..<UInt64.max))
    }
}
