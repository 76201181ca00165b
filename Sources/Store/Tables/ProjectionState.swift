/// Tells if derived tables are what the tables of the state give.
public enum ProjectionState: Sendable {
    /// They are.
    case current
    /// They have to be rebuilt before they are used.
    case stale
}
