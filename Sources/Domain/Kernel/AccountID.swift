internal import JSONText

/// The account that claims, issues or refers: an opaque name of 1…128 bytes of UTF-8 that the tenant's own system
/// chose.
///
/// A JSON integer is the same account as its decimal text. Stored without loss in few bytes: decimal numbers and
/// lower-case UUIDs are packed, everything else stays as it is.
public struct AccountID: Hashable, Sendable {
    /// The name as the tenant's system writes it.
    public let text: String

    /// The most bytes of a name.
    public static let lengthMax = 128

    /// The message for a name of another length.
    public static let lengthRule = "Must have 1 to \(lengthMax) bytes."

    /// Checks the length; nil for an empty or too long name.
    public init?(_ text: String) {
        guard (1...AccountID.lengthMax).contains(text.utf8.count) else { return nil }
        self.text = text
    }

    /// Compares byte by byte, as the tables do.
    public static func == (left: AccountID, right: AccountID) -> Bool { left.text.hasBytes(of: right.text) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { ByteName(text).hash(into: &hasher) }
}
