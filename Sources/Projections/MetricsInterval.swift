public import Domain

/// The width of a point of a time series, in UTC.
public enum MetricsInterval: String, WireWord {
    /// 60 seconds.
    case minute
    /// 60 minutes.
    case hour
    /// 24 hours.
    case day

    /// The word on the wire.
    public var word: String { rawValue }

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
