/// One line of the leaderboard.
public struct LeaderboardEntry: Equatable, Sendable {
    /// 1 for the first; equal counts have different ranks, in the order of the stored ids.
    public var rank: Int
    /// Whose codes.
    public var issuer: String
    /// Live redemptions of others on them.
    public var redemptions: UInt64
    /// Places of these.
    public var places: UInt64
}
