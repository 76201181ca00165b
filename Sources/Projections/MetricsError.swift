/// Why metrics give no answer.
public enum MetricsError: Error, Equatable, Sendable {
    /// The derived tables are not those of this state: the store runs without metrics, or they have to be rebuilt.
    case stale
    /// A time series of that many points was asked for; there can be ``Metrics/pointsMax``.
    case tooManyPoints(Int)
    /// The end of a time series lies before its beginning.
    case emptyRange
    /// A derived record is not one; `usher verify` says which.
    case damaged
}
