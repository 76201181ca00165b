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
        let board = oracle.leaderboard(scope)
        #expect(try metrics.leaderboard(scope, limit: 1000) == board, sourceLocation: sourceLocation)
        #expect(try metrics.leaderboard(scope, limit: 2) == Array(board.prefix(2)), sourceLocation: sourceLocation)
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
    #expect(series.start.milliseconds == first * width)
}
