/// The moment at which a claim is acknowledged.
public enum Durability: Equatable, Sendable, CustomStringConvertible {
    /// After its frame is on stable storage: nothing acknowledged is ever lost. The default.
    case fsync
    /// At once; the journal is synced every so many milliseconds, which is what a power cut may cost.
    case interval(milliseconds: Int)
    /// At once; the operating system writes when it likes. A killed process loses nothing, a power cut may.
    case none

    /// Reads `fsync`, `none` or `interval:<ms>` with 1…60000; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "fsync": self = .fsync
        case "none": self = .none
        default:
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "interval", let milliseconds = Int(parts[1]),
                (1...60_000).contains(milliseconds)
            else { return nil }
            self = .interval(milliseconds: milliseconds)
        }
    }

    /// The text form that ``init(_:)`` reads.
    public var description: String {
        switch self {
        case .fsync: "fsync"
        case .interval(let milliseconds): "interval:\(milliseconds)"
        case .none: "none"
        }
    }
}
