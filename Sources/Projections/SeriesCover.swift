/// The buckets that make up the points of a time series, whatever zone of time these are of.
///
/// The buckets of the tables are those of UTC. Between any two seconds lie whole seconds, minutes, hours and days, and
/// every point is the sum of the largest that fit: a day of a zone is 23, 24 or 25 hours, and where the zone is half an
/// hour off also at most 59 minutes on either side. Buckets of a level that lie side by side are read in one go.
struct SeriesCover {
    /// Buckets of a level that lie side by side.
    struct Run {
        var level: TimeLevel
        var buckets: Range<UInt64>
        /// The points that they belong to: each with the bucket before which it ends.
        var points: [(end: UInt64, point: Int)]
    }

    private(set) var runs: [Run] = []
    /// The newest run of each level.
    private var newest: [TimeLevel: Int] = [:]

    private static let levels: [TimeLevel] = [.day, .hour, .minute, .second]

    /// - Parameter bounds: The seconds at which the points begin and the last one ends, ascending.
    init(_ bounds: [UInt64]) {
        for (point, (start, end)) in zip(bounds, bounds.dropFirst()).enumerated() {
            var second = start
            while second < end {
                let (level, part) = SeriesCover.part(from: second, to: end)
                append(level, part, point)
                second = part.upperBound
            }
        }
        newest = [:]
    }

    /// The buckets that are read at most.
    var bucketCount: UInt64 { runs.reduce(0) { $0 + UInt64($1.buckets.count) } }

    /// The largest buckets that fit behind a second, as many as come before larger ones or the end.
    private static func part(from start: UInt64, to end: UInt64) -> (TimeLevel, Range<UInt64>) {
        var limit = end
        for level in levels {
            let width = level.seconds
            if start.isMultiple(of: width), start + width <= end {
                return (level, start..<min(limit, end / width * width))
            }
            // No bucket of a finer level reaches beyond where the next one of this level begins.
            limit = min(limit, (start / width + 1) * width)
        }
        preconditionFailure("a second fits between two seconds")
    }

    private mutating func append(_ level: TimeLevel, _ seconds: Range<UInt64>, _ point: Int) {
        let buckets = level.bucket(seconds.lowerBound)..<level.bucket(seconds.upperBound)
        if let index = newest[level], runs[index].buckets.upperBound == buckets.lowerBound {
            runs[index].buckets = runs[index].buckets.lowerBound..<buckets.upperBound
            runs[index].points.append((buckets.upperBound, point))
        } else {
            newest[level] = runs.count
            runs.append(Run(level: level, buckets: buckets, points: [(buckets.upperBound, point)]))
        }
    }
}
