/// A reward policy as it was read of its JSON text: checked, with its words as they are.
struct RewardPolicyDraft {
    /// One reward.
    struct Reward {
        var terms: RewardTerms
        var unit: RewardWord?
        var tiers: [(from: UInt64, amount: UInt64)] = []
    }

    var family: RewardWord?
    var cap: UInt64?
    var budget: (amount: UInt64, unit: RewardWord?)?
    var rewards: [Reward] = []

    /// True if a claim has nothing to read of it.
    var isEmpty: Bool { rewards.isEmpty && family == nil }

    /// The form that claims read; the closure gives the number of a word.
    func policy(_ number: (RewardWord) -> UInt32) -> RewardPolicy {
        var tiers: [RewardTier] = []
        var terms: [RewardTerms] = []
        for (index, reward) in rewards.enumerated() {
            var one = reward.terms
            one.unit = reward.unit.map(number)
            terms.append(one)
            for tier in reward.tiers {
                tiers.append(RewardTier(reward: UInt8(index), from: tier.from, amount: tier.amount))
            }
        }
        return RewardPolicy(
            family: family.map(number) ?? 0, cap: cap,
            budget: budget.map { RewardBudget(amount: $0.amount, unit: $0.unit.map(number) ?? 0) }, rewards: terms,
            tiers: tiers)
    }
}
