/// Counts values in buckets whose bounds are powers of two: adding is a shift and an increment.
public struct Histogram: Sendable {
    /// The exponents of the buckets' upper bounds: 2^first … 2^last; what is larger is counted in ``beyond``.
    public let exponents: ClosedRange<Int>
    /// The number of values in each bucket alone, smallest first.
    public private(set) var counts: [UInt64]
    /// The number of values above the last bound.
    public private(set) var beyond: UInt64 = 0
    /// The sum of all values.
    public private(set) var sum: UInt64 = 0

    /// Makes an empty histogram with bounds from 2^first to 2^last.
    public init(exponents: ClosedRange<Int>) {
        self.exponents = exponents
        counts = [UInt64](repeating: 0, count: exponents.count)
    }

    /// For times in nanoseconds: 16 µs to 8.6 s.
    public static let nanoseconds = Histogram(exponents: 14...33)
    /// For numbers of commands: 1 to 16,384.
    public static let commands = Histogram(exponents: 0...14)

    /// The number of values.
    public var count: UInt64 { counts.reduce(beyond, +) }

    /// Adds a value, `times` times.
    @inline(__always)
    public mutating func add(_ value: UInt64, times: UInt64 = 1) {
        // The smallest exponent whose power is not below the value.
        let exponent = value <= 1 ? 0 : 64 - (value - 1).leadingZeroBitCount
        let bucket = max(0, exponent - exponents.lowerBound)
        if bucket < counts.count { counts[bucket] += times } else { beyond += times }
        sum &+= value &* times
    }

    /// Adds everything of another histogram with the same bounds.
    public mutating func merge(_ other: Histogram) {
        precondition(exponents == other.exponents, "only histograms with the same bounds are added")
        for index in counts.indices { counts[index] += other.counts[index] }
        beyond += other.beyond
        sum &+= other.sum
    }
}
