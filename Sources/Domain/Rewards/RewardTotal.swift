/// A number of rewards, and the sum of their amounts.
public struct RewardTotal: Equatable, Sendable {
    /// The rewards.
    public internal(set) var count: UInt64 = 0
    /// Their amounts, of one unit.
    public internal(set) var amount: UInt64 = 0

    mutating func add(_ amount: UInt64) {
        count &+= 1
        self.amount &+= amount
    }

    mutating func subtract(_ amount: UInt64) {
        count &-= 1
        self.amount &-= amount
    }
}
