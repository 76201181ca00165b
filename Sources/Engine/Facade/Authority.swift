/// Tells if a node may decide.
public enum Authority: Hashable, Sendable {
    /// It decides.
    case primary
    /// It stores what a primary has decided.
    case replica
    /// It was a primary until another node took over with that epoch; it decides nothing any more.
    case superseded(by: UInt64)

    /// The word for it.
    public var name: String {
        switch self {
        case .primary: "primary"
        case .replica: "replica"
        case .superseded: "superseded"
        }
    }
}
