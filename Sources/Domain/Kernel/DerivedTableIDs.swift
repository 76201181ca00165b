internal import Store

/// The derived tables of the domain; 64…67 and 70 are those of the metrics.
enum DerivedTableIDs {
    /// (tenant, campaign or 0, level, number) → which codes of a block, or blocks of a group, stand where.
    static let codeStates = TableID(rawValue: 68)
    /// The same of holds.
    static let holdStates = TableID(rawValue: 69)
    /// The same of referrals.
    static let referralStates = TableID(rawValue: 71)
    /// The same of rewards.
    static let rewardStates = TableID(rawValue: 72)
}
