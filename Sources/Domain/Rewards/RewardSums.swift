/// The sums of rewards by unit and state, and the budget that they count against.
public struct RewardSums: Equatable, Sendable {
    /// The sums that are not 0, by unit, in the order of states.
    public var sums: [RewardSum]
    /// The budget of the campaign that was asked for; nil for none.
    public var budget: Budget?

    /// A budget and what has been taken of it.
    public struct Budget: Equatable, Sendable {
        /// The unit or currency; nil for rewards without one.
        public var unit: RewardWord?
        /// The most that rewards may come to.
        public var limit: UInt64
        /// The amounts of all rewards that are neither reversed nor expired.
        public var taken: UInt64
    }
}
