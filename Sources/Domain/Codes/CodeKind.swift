internal import Journal
internal import Store

/// Where a code's text comes from.
///
/// The raw values are stored and never reused.
public enum CodeKind: UInt8, CaseIterable, Sendable {
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

    /// Reads the word on the wire.
    public init?(word: String) {
        guard let kind = CodeKind.allCases.first(where: { $0.word == word }) else { return nil }
        self = kind
    }
}
