/// The most that the rewards of a campaign may come to in a unit.
struct RewardBudget: Equatable {
    var amount: UInt64
    /// 0 for rewards without a unit.
    var unit: UInt32
}
