internal import JSONText

/// A word that reward policies use, kept once: rows and sums have its number.
public struct RewardWord: Hashable, Sendable {
    /// The kind of word.
    public var kind: RewardWordKind
    /// The word.
    public var text: String

    /// Compares byte by byte.
    public static func == (left: RewardWord, right: RewardWord) -> Bool {
        left.kind == right.kind && left.text.hasBytes(of: right.text)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
