/// One line of the leaderboard.
public struct LeaderboardEntry: Equatable, Sendable {
    /// 1 for the first.
    ///
    /// Of equal counts the one that was reached first is first, and of those in the same millisecond the stored id that
    /// is smaller byte by byte.
    public var rank: Int
    /// Whose codes.
    public var issuer: String
    /// Live redemptions of others on them.
    public var redemptions: UInt64
    /// Places of these.
    public var places: UInt64
}
