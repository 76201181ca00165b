import CivilTime
import Projections

/// A metric by minutes, hours or days of a zone.
struct ZonedSeries: Sendable {
    var series: TimeSeries
    var interval: MetricsInterval
    var zone: Zone
}
