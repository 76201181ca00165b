import Domain
import Journal
import Testing

@testable import Projections
@testable import Store

/// Compares every figure of a state with the oracle's.
func expectAgreement(
    _ snapshot: Snapshot, _ scopes: [MetricsScope], _ filters: [Int?], sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let metrics = try Metrics(snapshot)
    let oracle = try MetricsOracle(snapshot)
    for scope in scopes {
        for sinceDays in filters {
            let found = try metrics.summary(scope, sinceDays: sinceDays)
            let expected = summary(of: oracle, scope, sinceDays)
            #expect(found == expected, "\(scope) since \(sinceDays ?? -1)", sourceLocation: sourceLocation)
            let funnel = try metrics.funnel(scope, sinceDays: sinceDays)
            #expect(funnel.codesClaimed == expected.codesClaimed, sourceLocation: sourceLocation)
            #expect(funnel.redemptions == expected.redemptions, sourceLocation: sourceLocation)
        }
        for sinceDays in filters {
            let board = oracle.leaderboard(scope, sinceDays)
            for limit in [1000, 3, 2, 1] {
                let found = try metrics.leaderboard(scope, limit: limit, sinceDays: sinceDays)
                #expect(
                    found == Array(board.prefix(limit)), "\(scope) since \(sinceDays ?? -1)",
                    sourceLocation: sourceLocation)
            }
        }
    }
}

private func summary(of oracle: MetricsOracle, _ scope: MetricsScope, _ sinceDays: Int?) -> MetricsSummary {
    var figures = FigureSet()
    for metric in Figure.allCases { figures[metric] = Int64(oracle.count(metric, scope, sinceDays)) }
    let waits = oracle.waits(scope, sinceDays)
    return MetricsSummary(figures, waits: (oracle.percentile(0.5, waits), oracle.percentile(0.9, waits)))
}

/// Compares a time series with the oracle's.
func expectSeries(
    _ snapshot: Snapshot, _ metric: Figure, _ interval: MetricsInterval, from start: Timestamp, to end: Timestamp,
    _ scope: MetricsScope
) throws {
    let series = try Metrics(snapshot).timeSeries(metric, interval, from: start, to: end, scope)
    let width = Int64(interval.seconds) * 1000
    let first = start.milliseconds / width
    var values = [UInt64](repeating: 0, count: Int((end.milliseconds - 1) / width - first + 1))
    for event in try MetricsOracle(snapshot).events(metric, scope) {
        let index = Int(event.time.milliseconds / width - first)
        if values.indices.contains(index) { values[index] += event.count }
    }
    #expect(series.values == values, "\(metric) by \(interval)")
    #expect(series.bounds.first?.milliseconds == first * width && series.bounds.count == values.count + 1)
}

/// Compares a time series between any seconds with the oracle's.
func expectSeries(_ snapshot: Snapshot, _ metric: Figure, bounds: [Int64], _ scope: MetricsScope) throws {
    var values = [UInt64](repeating: 0, count: bounds.count - 1)
    for event in try MetricsOracle(snapshot).events(metric, scope) {
        let second = event.time.milliseconds / 1000
        if let index = bounds.lastIndex(where: { $0 <= second }), index < values.count { values[index] += event.count }
    }
    let series = try Metrics(snapshot).timeSeries(metric, bounds: bounds, scope)
    #expect(series.values == values, "\(metric) between \(bounds)")
    #expect(series.bounds.map { $0.milliseconds / 1000 } == bounds)
}
