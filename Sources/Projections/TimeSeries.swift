public import Journal

/// A metric by time: a number for each interval, also where it is 0.
public struct TimeSeries: Equatable, Sendable {
    /// The figure that is counted.
    public var metric: Figure
    /// The beginnings of the points, and the end of the last one: one more than there are ``values``.
    public var bounds: [Timestamp]
    /// The numbers, one after the other.
    public var values: [UInt64]
}
