/// Where a position lies, seen from a node's history.
public enum HistoryPlace: Equatable, Sendable {
    /// It is part of the history.
    case past
    /// It is not here yet: of the present epoch or a later one.
    case future
    /// It is of another history, and never will be part of this one.
    case elsewhere
}
