/// The internal number of a campaign, code, redemption, hold or key: one ascending sequence for all of them.
///
/// Never shown: outside, a thing is known by its ``PublicIDs`` number.
public struct EntityNumber: RawRepresentable, Hashable, Comparable, Sendable {
    /// From 1.
    public let rawValue: UInt64

    /// Makes a number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Orders by age.
    public static func < (left: EntityNumber, right: EntityNumber) -> Bool {
        left.rawValue < right.rawValue
    }
}
