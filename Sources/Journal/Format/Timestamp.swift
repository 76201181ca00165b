/// An instant of the log's clock, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The sequencer takes it once per batch; within one journal it never goes back.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch.
    ///
    /// Records store 48 bits of it, which last until the year 10889.
    public var milliseconds: Int64

    /// Makes an instant from milliseconds since the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant `seconds` later (or earlier, when negative).
    ///
    /// Saturates instead of overflowing.
    public func adding(seconds: Int64) -> Timestamp {
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, carried) = milliseconds.addingReportingOverflow(product)
        guard !overflowed, !carried else { return Timestamp(milliseconds: seconds < 0 ? .min : .max) }
        return Timestamp(milliseconds: sum)
    }
}
