internal import Store

/// Finds the best issuers since an instant among those of all time.
///
/// Nobody has more redemptions in a part of the time than in all of it, and the newest is the same in both. So the list
/// of all time is read from its top, and when the standing of the next one there is no better than the last place,
/// nobody behind it can come in. An issuer whose newest redemption is too old costs one record; of any other, at most
/// the buckets of ``IssuerLevel`` are read.
struct Leaderboard {
    private let snapshot: Snapshot
    private let tenant: UInt32
    private let campaign: UInt64
    private let limit: Int
    /// The first millisecond that counts.
    private let since: UInt64
    private var best: [IssuerStanding] = []
    /// Records that were read.
    private(set) var reads = 0

    init(_ snapshot: Snapshot, tenant: UInt32, campaign: UInt64, limit: Int, since: UInt64) {
        self.snapshot = snapshot
        self.tenant = tenant
        self.campaign = campaign
        self.limit = limit
        self.since = since
    }

    /// The best ones, the first one first.
    ///
    /// - Throws: ``MetricsError/tooManyReferrers`` when that would take more than ``Metrics/boardRecordsMax`` records.
    mutating func find() throws(MetricsError) -> [IssuerStanding] {
        guard limit > 0 else { return [] }
        let prefix = MetricsKeys.scope(tenant: tenant, campaign: campaign)
        var failure: MetricsError?
        snapshot.scan(MetricsTables.issuersByRank, prefix: prefix, from: nil, descending: false) { key, value in
            guard let standing = IssuerStanding(key, prefix: prefix.count, value) else {
                failure = .damaged
                return false
            }
            if best.count == limit, let last = best.last, !(standing < last) { return false }
            reads += 1
            do throws(MetricsError) {
                if standing.newestMilliseconds >= since { try take(standing) }
                guard reads <= Metrics.boardRecordsMax else { throw .tooManyReferrers }
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return best
    }

    private mutating func take(_ whole: IssuerStanding) throws(MetricsError) {
        var standing = whole
        // The one redemption that there is is the newest.
        if since > 0, whole.redemptions > 1 {
            let count = try count(of: whole.issuer)
            (standing.redemptions, standing.places) = (count.redemptions, count.places)
        }
        let place = best.firstIndex { standing < $0 } ?? best.endIndex
        guard place < limit else { return }
        best.insert(standing, at: place)
        if best.count > limit { best.removeLast() }
    }

    /// The redemptions and places of an issuer since the instant.
    private mutating func count(of issuer: [UInt8]) throws(MetricsError) -> (redemptions: UInt64, places: UInt64) {
        var (redemptions, places): (UInt64, UInt64) = (0, 0)
        var start = since
        for (level, coarser) in [(IssuerLevel.millisecond, IssuerLevel.minute), (.minute, .day), (.day, nil)] {
            let end = coarser.map { (start + $0.milliseconds - 1) / $0.milliseconds * $0.milliseconds } ?? .max
            guard start < end else { continue }
            let prefix = MetricsKeys.issuerTimes(tenant: tenant, campaign: campaign, issuer, level)
            let buckets = start / level.milliseconds..<end / level.milliseconds
            let isSound = snapshot.forEachBucket(MetricsTables.issuerTimes, prefix: prefix, buckets) { _, value in
                guard let count = IssuerCount(decodingBucket: value) else { return false }
                redemptions += count.redemptions
                places += count.places
                reads += 1
                return true
            }
            guard isSound else { throw .damaged }
            start = end
        }
        return (redemptions, places)
    }
}
