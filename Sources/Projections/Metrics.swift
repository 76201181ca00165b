internal import Domain
public import Journal
public import Store

/// The metrics of one state: exact figures, none of which needs a full scan.
///
/// Use it like the snapshot that it reads: for one request, on one thread at a time.
///
/// Time has a resolution of a second. `sinceDays` is measured back from ``asOf``: a row counts when the second that it
/// happened in is not before `asOf − sinceDays · 86,400 s`.
public struct Metrics {
    /// The most points of one time series.
    public static let pointsMax = 10_000
    /// The most records that are read for a leaderboard of a part of the time.
    public static let boardRecordsMax = 1_000_000

    /// The position that the figures are true at.
    public let position: LogPosition
    /// The time that the figures are judged by, floored to a second.
    public let asOf: Timestamp
    private let snapshot: Snapshot

    /// Prepares to read the metrics of a state.
    ///
    /// - Parameters:
    ///   - snapshot: The state to read.
    ///   - now: The time of the node, as `Engine.read` gives it; nil for the log's time at the state.
    /// - Throws: ``MetricsError/stale`` when the store does not keep them or has to rebuild them; `StoreError`.
    public init(_ snapshot: Snapshot, now: Timestamp? = nil) throws {
        guard try snapshot.projectionState(of: .metrics) == .current else { throw MetricsError.stale }
        let point = try snapshot.point()
        position = point.position
        asOf = Timestamp(milliseconds: max(0, (now ?? point.time).milliseconds) / 1000 * 1000)
        self.snapshot = snapshot
    }

    /// All figures of a scope.
    ///
    /// - Parameters:
    ///   - scope: the tenant or campaign; an unknown one has only zeros.
    ///   - sinceDays: The number of days to look back; nil for all time.
    /// - Returns: The figures.
    /// - Throws: ``MetricsError/damaged``.
    /// - Complexity: a few hundred records at most, however many rows there are.
    public func summary(_ scope: MetricsScope, sinceDays: Int? = nil) throws(MetricsError) -> MetricsSummary {
        let cover = cover(sinceDays)
        let waits = try WaitQuery(
            snapshot, tenant: scope.tenant.rawValue, campaign: scope.campaign?.rawValue ?? 0, cover)
        return MetricsSummary(
            try figures(scope, cover), waits: (try waits.percentile(50), try waits.percentile(90)))
    }

    /// The way from a code to a reward, as counts; parameters as of ``summary(_:sinceDays:)``.
    public func funnel(_ scope: MetricsScope, sinceDays: Int? = nil) throws(MetricsError) -> MetricsFunnel {
        MetricsFunnel(try figures(scope, cover(sinceDays)))
    }

    /// A metric by time, in UTC: the intervals from the one that `start` lies in up to `end` exclusively.
    ///
    /// - Throws: ``MetricsError`` `tooManyPoints`, `emptyRange`, `damaged`.
    /// - Complexity: O(points).
    public func timeSeries(
        _ metric: Figure, _ interval: MetricsInterval, from start: Timestamp, to end: Timestamp,
        _ scope: MetricsScope
    ) throws(MetricsError) -> TimeSeries {
        guard start < end, end.milliseconds > 0 else { throw .emptyRange }
        let level = interval.level
        let first = level.bucket(UInt64(max(0, start.milliseconds)) / 1000)
        // The last interval is the one that the millisecond before the end lies in.
        let last = level.bucket(UInt64(end.milliseconds - 1) / 1000)
        guard last - first < UInt64(Metrics.pointsMax) else { throw .tooManyPoints }
        return try timeSeries(metric, bounds: (first...(last + 1)).map { Int64($0 * level.seconds) }, scope)
    }

    /// A metric between any seconds.
    ///
    /// - Parameters:
    ///   - metric: The figure.
    ///   - bounds: The seconds since 1970 at which the points begin and the last one ends, ascending: at least two.
    ///   - scope: The tenant or campaign.
    /// - Returns: The numbers.
    /// - Throws: ``MetricsError`` `tooManyPoints`, `damaged`.
    /// - Complexity: O(``bucketCount(_:)``), and never more than one record for each second with a row.
    public func timeSeries(
        _ metric: Figure, bounds: [Int64], _ scope: MetricsScope
    ) throws(MetricsError) -> TimeSeries {
        precondition(bounds.count > 1, "a time series has a point")
        guard bounds.count - 1 <= Metrics.pointsMax else { throw .tooManyPoints }
        var values = [UInt64](repeating: 0, count: bounds.count - 1)
        for run in Metrics.cover(bounds).runs {
            let prefix = MetricsKeys.level(
                tenant: scope.tenant.rawValue, campaign: scope.campaign?.rawValue ?? 0, run.level)
            var index = 0
            let isSound = snapshot.forEachBucket(MetricsTables.figures, prefix: prefix, run.buckets) { bucket, value in
                var figures = FigureSet()
                guard figures.add(decoding: value) else { return false }
                while bucket >= run.points[index].end { index += 1 }
                values[run.points[index].point] += figures.count(metric)
                return true
            }
            guard isSound else { throw .damaged }
        }
        let times = bounds.map { Timestamp(milliseconds: 0).adding(seconds: $0) }
        return TimeSeries(metric: metric, bounds: times, values: values)
    }

    /// The most records that a time series with these bounds reads.
    public static func bucketCount(_ bounds: [Int64]) -> Int { Int(clamping: cover(bounds).bucketCount) }

    /// Nothing happened before 1970.
    private static func cover(_ bounds: [Int64]) -> SeriesCover { SeriesCover(bounds.map { UInt64(max(0, $0)) }) }

    /// The issuers whose codes others have redeemed most.
    ///
    /// By live redemptions; of equal ones the first is who reached that number first. An issuer's own redemptions do not
    /// count.
    ///
    /// - Parameters:
    ///   - scope: The tenant or campaign.
    ///   - limit: The most issuers.
    ///   - sinceDays: The number of days to look back; nil for all time.
    /// - Returns: The issuers, the first one first.
    /// - Throws: ``MetricsError`` `tooManyReferrers` with `sinceDays`, `damaged`.
    /// - Complexity: O(`limit`) for all time. With `sinceDays` O(issuers whose count of all time reaches that of the
    ///   last one shown), at most ``boardRecordsMax`` records.
    public func leaderboard(
        _ scope: MetricsScope, limit: Int, sinceDays: Int? = nil
    ) throws(MetricsError) -> [LeaderboardEntry] {
        var board = Leaderboard(
            snapshot, tenant: scope.tenant.rawValue, campaign: scope.campaign?.rawValue ?? 0, limit: limit,
            since: since(sinceDays).map { $0 * 1000 } ?? 0)
        var entries: [LeaderboardEntry] = []
        for standing in try board.find() {
            guard let entry = standing.entry(rank: entries.count + 1) else { throw .damaged }
            entries.append(entry)
        }
        return entries
    }

    // MARK: Parts

    private func cover(_ sinceDays: Int?) -> SuffixCover { SuffixCover(since: since(sinceDays)) }

    /// The first second that counts; nil for all time.
    private func since(_ days: Int?) -> UInt64? {
        guard let days else { return nil }
        return UInt64(max(0, asOf.milliseconds / 1000 - Int64(clamping: max(0, days)).clampedDays))
    }

    private func figures(_ scope: MetricsScope, _ cover: SuffixCover) throws(MetricsError) -> FigureSet {
        var figures = FigureSet()
        for part in cover.parts {
            let prefix = MetricsKeys.level(
                tenant: scope.tenant.rawValue, campaign: scope.campaign?.rawValue ?? 0, part.level)
            let isSound = snapshot.forEachBucket(MetricsTables.figures, prefix: prefix, part.buckets) { _, value in
                figures.add(decoding: value)
            }
            guard isSound else { throw .damaged }
        }
        return figures
    }
}

extension Int64 {
    /// That many days in seconds, as far as time goes.
    fileprivate var clampedDays: Int64 { Swift.min(self, 1 << 32) * 86_400 }
}
