public import Journal

/// A metric by time: a number for each interval, also where it is 0.
public struct TimeSeries: Equatable, Sendable {
    /// The figure that is counted.
    public var metric: Figure
    /// The width of each point.
    public var interval: MetricsInterval
    /// The beginning of the first point.
    public var start: Timestamp
    /// The numbers, one after the other.
    public var values: [UInt64]
}
