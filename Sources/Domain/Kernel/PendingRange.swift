internal import Journal

/// A range of entity numbers whose things are hidden: those of a big command that has not ended.
public struct PendingRange: Hashable, Sendable {
    /// Whose things.
    public var tenant: TenantNumber
    /// The first number that can have records; grows while an abandoned range is removed.
    public internal(set) var first: EntityNumber
    /// The number behind the last one; never changes, so it tells ranges apart.
    public let end: EntityNumber

    /// The number of numbers.
    var count: UInt64 { end.rawValue - first.rawValue }

    func contains(_ number: EntityNumber) -> Bool { first <= number && number < end }
}
