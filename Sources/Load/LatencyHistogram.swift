internal import Histogram

/// Times in microseconds, kept exactly to three digits however long the run: an HdrHistogram.
public struct LatencyHistogram: Sendable {
    /// A percentile and the time that so many answers did not exceed.
    public struct Point: Codable, Equatable, Sendable {
        /// 0…100.
        public var percentile: Double
        /// In milliseconds.
        public var milliseconds: Double
    }

    /// One hour: what takes longer counts as that.
    private static let microsecondsMax: UInt64 = 3_600_000_000

    private var values = Histogram<UInt64>(
        highestTrackableValue: microsecondsMax, numberOfSignificantValueDigits: .three)

    /// Makes an empty one.
    public init() {}

    /// The number of times recorded.
    public var count: UInt64 { values.totalCount }

    /// Adds a time, `times` times.
    @inline(__always)
    public mutating func record(nanoseconds: UInt64, times: UInt64 = 1) {
        values.record(min(max(nanoseconds / 1000, 1), LatencyHistogram.microsecondsMax), count: times)
    }

    /// Adds everything of another one.
    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        values.add(other.values)
    }

    /// Forgets everything.
    public mutating func removeAll() { values.reset() }

    /// The time in milliseconds that `percentile` of a hundred did not exceed; 0 when there is none.
    public func milliseconds(at percentile: Double) -> Double {
        guard count > 0 else { return 0 }
        return Double(min(values.valueAtPercentile(percentile), values.max)) / 1000
    }

    /// The summary of the distribution.
    public var summary: LatencySummary {
        guard count > 0 else { return LatencySummary() }
        return LatencySummary(
            p50: milliseconds(at: 50), p90: milliseconds(at: 90), p99: milliseconds(at: 99),
            p999: milliseconds(at: 99.9), max: Double(values.max) / 1000, mean: values.mean / 1000)
    }

    /// The distribution, ever finer towards 100: what a plot of it needs.
    public var points: [Point] {
        guard count > 0 else { return [] }
        return values.percentiles(ticksPerHalfDistance: 5).map { step in
            Point(percentile: step.percentileLevelIteratedTo, milliseconds: Double(step.value) / 1000)
        }
    }

    /// The distribution in milliseconds as the tools around HdrHistogram read it (`.hgrm`).
    public var percentileText: String {
        var text = ""
        values.outputPercentileDistribution(
            to: &text, outputValueUnitScalingRatio: 1000, percentileTicksPerHalfDistance: 5)
        return text
    }
}
