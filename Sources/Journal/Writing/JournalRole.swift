/// Who writes a journal.
public enum JournalRole: UInt8, Sendable {
    /// The node that decides.
    case primary = 1
    /// A node that stores the frames of a primary.
    case replica = 2

    /// The word for it.
    public var name: String {
        switch self {
        case .primary: "primary"
        case .replica: "replica"
        }
    }

    /// Reads the word.
    public init?(name: String) {
        switch name {
        case "primary": self = .primary
        case "replica": self = .replica
        default: return nil
        }
    }
}
