import JSONText
import Journal
import Projections

/// A metric by minute, hour or day.
enum SeriesResource: Resource {
    static let schemaName = ""
    static let noun = "Timeseries"
    static let members: [Member<Dated<TimeSeries>>] =
        [
            Member("metric", "The figure that is counted.") { $0.figures.metric },
            Member("interval", "The width of a point.") { $0.figures.interval },
            Member("points", "A point for each interval, those of zero among them.") { points($0.figures) },
        ] + Dated.members

    private static func points(_ series: TimeSeries) -> [Nested<SeriesPoint>] {
        var start = series.start
        return series.values.map { value in
            defer { start.milliseconds += Int64(series.interval.seconds) * 1000 }
            return Nested(SeriesPoint(start: start, value: value))
        }
    }
}

extension Figure: MemberWord {}

extension MetricsInterval: MemberWord {}
