import CivilTime
import JSONText
import Journal
import Projections
import Wire

/// A metric by minute, hour or day.
enum SeriesResource: Resource {
    static let schemaName = ""
    static let noun = "Timeseries"
    static let members: [Member<Dated<ZonedSeries>>] =
        [
            Member("metric", "The figure that is counted.") { $0.figures.series.metric },
            Member("interval", "The width of a point.") { $0.figures.interval },
            Member("tz", "The zone whose minutes, hours and days they are.") { $0.figures.zone.name },
            Member("points", "A point for each interval, those of zero among them.") { points($0.figures) },
        ] + Dated.members

    private static func points(_ zoned: ZonedSeries) -> [Nested<SeriesPoint>] {
        zip(zoned.series.bounds, zoned.series.values).map { start, value in
            Nested(SeriesPoint(start: start, local: TimeText.text(start, in: zoned.zone), value: value))
        }
    }
}

extension Figure: MemberWord {}

extension MetricsInterval: MemberWord {}

extension MetricsInterval {
    /// The width of its buckets in a zone.
    var width: ZoneBuckets.Width {
        switch self {
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        }
    }
}
