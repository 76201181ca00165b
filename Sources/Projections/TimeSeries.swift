public import Journal

/// The width of a point of a time series, in UTC.
public enum MetricsInterval: String, CaseIterable, Sendable {
    /// 60 seconds.
    case minute
    /// 60 minutes.
    case hour
    /// 24 hours.
    case day

    var level: TimeLevel {
        switch self {
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        }
    }

    /// Its length.
    public var seconds: UInt64 { level.seconds }
}

/// A metric by time: a number for each interval, also where it is 0.
public struct TimeSeries: Equatable, Sendable {
    /// What is counted.
    public var metric: Metric
    /// The width of each point.
    public var interval: MetricsInterval
    /// The beginning of the first point.
    public var start: Timestamp
    /// The numbers, one after the other.
    public var values: [UInt64]
}

/// One line of the leaderboard.
public struct LeaderboardEntry: Equatable, Sendable {
    /// 1 for the first; equal counts have different ranks, in the order of the stored ids.
    public var rank: Int
    /// Whose codes.
    public var issuer: String
    /// Live redemptions of others on them.
    public var redemptions: UInt64
    /// Places of these.
    public var places: UInt64
}
