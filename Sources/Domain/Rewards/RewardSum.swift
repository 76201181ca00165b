/// The rewards of one unit in one state.
public struct RewardSum: Equatable, Sendable {
    /// The unit or currency; nil for rewards without one.
    public var unit: RewardWord?
    /// The state.
    public var state: RewardState
    /// The number of rewards, and the sum of their amounts.
    public var total: RewardTotal
}
