/// Why metrics give no answer.
public enum MetricsError: Error, Equatable, Sendable {
    /// The derived tables are not those of this state: the store runs without metrics, or they have to be rebuilt.
    case stale
    /// A time series of more points was asked for than there can be: ``Metrics/pointsMax``.
    case tooManyPoints
    /// Ranking the referrers of a part of the time would take more than ``Metrics/boardRecordsMax`` records.
    case tooManyReferrers
    /// The end of a time series lies before its beginning.
    case emptyRange
    /// A derived record is not one; `usher verify` says which.
    case damaged
}
