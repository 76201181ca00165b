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
    public static let pointsMax = 5000

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

    /// A metric by time: the intervals from the one that `start` lies in up to `end` exclusively.
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
        let points = Int(clamping: last - first) + 1
        guard points <= Metrics.pointsMax else { throw .tooManyPoints(points) }
        var values = [UInt64](repeating: 0, count: points)
        let prefix = MetricsKeys.level(
            tenant: scope.tenant.rawValue, campaign: scope.campaign?.rawValue ?? 0, level)
        let isSound = snapshot.forEachBucket(MetricsTables.figures, prefix: prefix, first..<(last + 1)) {
            bucket, value in
            var figures = FigureSet()
            guard figures.add(decoding: value) else { return false }
            values[Int(bucket - first)] = figures.count(metric)
            return true
        }
        guard isSound else { throw .damaged }
        return TimeSeries(
            metric: metric, interval: interval,
            start: Timestamp(milliseconds: Int64(clamping: first * level.seconds * 1000)), values: values)
    }

    /// The issuers whose codes others have redeemed most, of all time.
    ///
    /// By live redemptions, then by places. An issuer's own redemptions do not count.
    ///
    /// - Complexity: O(`limit`).
    public func leaderboard(_ scope: MetricsScope, limit: Int) throws(MetricsError) -> [LeaderboardEntry] {
        guard limit > 0 else { return [] }
        let prefix = MetricsKeys.scope(tenant: scope.tenant.rawValue, campaign: scope.campaign?.rawValue ?? 0)
        var entries: [LeaderboardEntry] = []
        var isSound = true
        snapshot.scan(MetricsTables.issuersByRank, prefix: prefix, from: nil, descending: false) { key, _ in
            guard let entry = LeaderboardEntry(rank: entries.count + 1, key: key, prefix: prefix.count) else {
                isSound = false
                return false
            }
            entries.append(entry)
            return entries.count < limit
        }
        guard isSound else { throw .damaged }
        return entries
    }

    // MARK: Parts

    private func cover(_ sinceDays: Int?) -> SuffixCover {
        guard let sinceDays else { return SuffixCover(since: nil) }
        let since = asOf.milliseconds / 1000 - Int64(clamping: max(0, sinceDays)).clampedDays
        return SuffixCover(since: UInt64(max(0, since)))
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

extension LeaderboardEntry {
    /// Reads a key of `metrics_issuers_by_rank`.
    fileprivate init?(rank: Int, key: RawSpan, prefix: Int) {
        var reader = ValueReader(key)
        reader.skip(prefix)
        // Keys are big-endian, and descending counts are stored as their complements.
        let redemptions = ~UInt64(bigEndian: reader.integer(UInt64.self).littleEndian)
        let places = ~UInt64(bigEndian: reader.integer(UInt64.self).littleEndian)
        guard !reader.failed, let issuer = AccountID(packed: key.extracting(droppingFirst: reader.position)) else {
            return nil
        }
        self.init(rank: rank, issuer: issuer.text, redemptions: redemptions, places: places)
    }
}
