/// Names a projection: the key of the store's note of its tables' position.
///
/// Stored and never reused.
public struct ProjectionID: RawRepresentable, Hashable, Sendable {
    /// The key.
    public let rawValue: UInt8

    /// Names a projection by its number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}
