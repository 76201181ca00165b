/// A reward as it is shown: with the words of its unit.
public struct RewardView: Equatable, Sendable {
    /// Its row.
    public var reward: Reward
    /// The unit or currency of its amount; nil for none.
    public var unit: RewardWord?
}
