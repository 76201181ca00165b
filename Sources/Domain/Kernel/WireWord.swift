/// A member of a closed set that has a word on the wire.
public protocol WireWord: CaseIterable, Sendable {
    /// The word on the wire.
    var word: String { get }
}

extension WireWord {
    /// Reads a word; nil when it is not one of the set.
    public init?(word: String) {
        guard let value = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = value
    }
}
