internal import Journal
internal import Store

/// The origin of a code's text.
///
/// The raw values are stored and never reused.
public enum CodeKind: UInt8, WireWord {
    /// Drawn at random.
    case random = 1
    /// Chosen by somebody.
    case vanity = 2
    /// Carries its terms and a signature.
    case signed = 3

    /// The word on the wire.
    public var word: String {
        switch self {
        case .random: "random"
        case .vanity: "vanity"
        case .signed: "signed"
        }
    }
}
