/// The usual percentiles of a distribution of latencies, in milliseconds.
public struct LatencySummary: Codable, Equatable, Sendable {
    /// Half of the answers were not slower.
    public var p50 = 0.0
    /// 90 of 100 were not slower.
    public var p90 = 0.0
    /// 99 of 100 were not slower.
    public var p99 = 0.0
    /// 999 of 1000 were not slower.
    public var p999 = 0.0
    /// The slowest.
    public var max = 0.0
    /// The arithmetic mean.
    public var mean = 0.0
}
