internal import Store

/// A campaign's reward policy in the form that claims read: checked, without names, in one record.
final class RewardPolicy: Equatable, Sendable {
    /// The family of campaigns in which a person has one referrer; 0 where that is the whole tenant.
    let family: UInt32
    /// The most rewards that one referrer may have of the campaign, of those that are neither reversed nor expired.
    let cap: UInt64?
    let budget: RewardBudget?
    let rewards: [RewardTerms]
    /// The amounts from a number of referrals on, by reward and ascending.
    let tiers: [RewardTier]

    static let formatVersion: UInt8 = 1
    /// The most rewards of a policy: for each party one at a redemption, one at an activation, and the milestones.
    static let rewardsMax = 24
    /// The most milestones of a party.
    static let milestonesMax = 10
    /// The most tiers of a reward.
    static let tiersMax = 15
    /// The most tiers of a policy: those of the two rewards of each party that can have some.
    static let allTiersMax = 60
    /// The largest amount of a reward.
    static let amountMax: Int64 = 1_000_000_000_000
    /// The largest amount of a budget.
    static let budgetMax = Int64(Capacity.limitMax)
    /// The largest milestone, and number that a tier begins at.
    static let countMax: Int64 = 1_000_000_000
    /// The longest holding time and life of a reward: ten years.
    static let secondsMax: Int64 = 315_360_000

    init(family: UInt32, cap: UInt64?, budget: RewardBudget?, rewards: [RewardTerms], tiers: [RewardTier]) {
        self.family = family
        self.cap = cap
        self.budget = budget
        self.rewards = rewards
        self.tiers = tiers
    }

    static func == (left: RewardPolicy, right: RewardPolicy) -> Bool {
        left.family == right.family && left.cap == right.cap && left.budget == right.budget
            && left.rewards == right.rewards && left.tiers == right.tiers
    }

    /// True if a reward is made for the referral that is the `count`th on an occasion.
    func isDue(_ index: Int, _ trigger: RewardTrigger, count: UInt64) -> Bool {
        let terms = rewards[index]
        return terms.trigger == trigger && (trigger != .onMilestone || terms.milestone == count)
    }

    /// The amount of a reward for the referral that is the `count`th of its referrer.
    func amount(_ index: Int, count: UInt64) -> UInt64? {
        var amount = rewards[index].amount
        for tier in tiers where Int(tier.reward) == index && tier.from <= count { amount = tier.amount }
        return amount
    }
}

extension RewardPolicy {
    private enum Flags {
        static let cap: UInt8 = 1
        static let budget: UInt8 = 2
        static let all: UInt8 = 3
    }

    fileprivate enum RewardFlags {
        static let amount: UInt8 = 1
        static let unit: UInt8 = 2
        static let milestone: UInt8 = 4
        static let holding: UInt8 = 8
        static let lifetime: UInt8 = 16
        static let all: UInt8 = 31
    }

    func encode(to writer: inout ValueWriter) {
        writer.append(byte: RewardPolicy.formatVersion)
        writer.append(byte: (cap != nil ? Flags.cap : 0) | (budget != nil ? Flags.budget : 0))
        writer.append(compact: UInt64(family))
        if let cap { writer.append(compact: cap) }
        if let budget {
            writer.append(compact: budget.amount)
            writer.append(compact: UInt64(budget.unit))
        }
        writer.append(byte: UInt8(rewards.count))
        for terms in rewards { RewardPolicy.encode(terms, to: &writer) }
        writer.append(byte: UInt8(tiers.count))
        for tier in tiers {
            writer.append(byte: tier.reward)
            writer.append(compact: tier.from)
            writer.append(compact: tier.amount)
        }
    }

    private static func encode(_ terms: RewardTerms, to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if terms.amount != nil { flags |= RewardFlags.amount }
        if terms.unit != nil { flags |= RewardFlags.unit }
        if terms.milestone != nil { flags |= RewardFlags.milestone }
        if terms.holdingSeconds != nil { flags |= RewardFlags.holding }
        if terms.lifetimeSeconds != nil { flags |= RewardFlags.lifetime }
        writer.append(byte: flags)
        writer.append(byte: terms.party.rawValue)
        writer.append(byte: terms.trigger.rawValue)
        writer.append(byte: terms.type.rawValue)
        if let amount = terms.amount { writer.append(compact: amount) }
        if let unit = terms.unit { writer.append(compact: UInt64(unit)) }
        if let milestone = terms.milestone { writer.append(compact: milestone) }
        if let seconds = terms.holdingSeconds { writer.append(compact: UInt64(seconds)) }
        if let seconds = terms.lifetimeSeconds { writer.append(compact: UInt64(seconds)) }
    }

    /// Reads a record.
    static func read(_ bytes: RawSpan) throws(RecordDamage) -> RewardPolicy {
        var reader = ValueReader(bytes)
        try reader.version(formatVersion)
        let flags = reader.byte()
        guard flags & ~Flags.all == 0 else { throw .value }
        let family = try reader.narrow()
        let cap = flags & Flags.cap != 0 ? try reader.count() : nil
        let budget =
            flags & Flags.budget != 0
            ? RewardBudget(amount: try reader.amount(budgetMax), unit: try reader.narrow()) : nil
        let rewardCount = Int(reader.byte())
        guard rewardCount <= rewardsMax else { throw .value }
        var rewards: [RewardTerms] = []
        rewards.reserveCapacity(rewardCount)
        for _ in 0..<rewardCount { rewards.append(try reader.rewardTerms()) }
        let tierCount = Int(reader.byte())
        guard tierCount <= allTiersMax else { throw .value }
        var tiers: [RewardTier] = []
        for _ in 0..<tierCount {
            tiers.append(
                RewardTier(reward: reader.byte(), from: try reader.count(), amount: try reader.amount(amountMax)))
        }
        try reader.finish()
        return RewardPolicy(family: family, cap: cap, budget: budget, rewards: rewards, tiers: tiers)
    }
}

extension ValueReader {
    /// A number of referrals or rewards.
    fileprivate mutating func count() throws(RecordDamage) -> UInt64 { try amount(RewardPolicy.countMax) }

    /// A number up to a bound.
    fileprivate mutating func amount(_ max: Int64) throws(RecordDamage) -> UInt64 {
        let amount = compact()
        guard amount <= UInt64(max) else { throw .value }
        return amount
    }

    fileprivate mutating func rewardTerms() throws(RecordDamage) -> RewardTerms {
        typealias Flags = RewardPolicy.RewardFlags
        let flags = byte()
        guard flags & ~Flags.all == 0, let party = RewardParty(rawValue: byte()),
            let trigger = RewardTrigger(rawValue: byte()),
            let type = RewardType(rawValue: byte())
        else { throw .value }
        return RewardTerms(
            party: party, trigger: trigger, type: type,
            amount: flags & Flags.amount != 0 ? try amount(RewardPolicy.amountMax) : nil,
            unit: flags & Flags.unit != 0 ? try narrow() : nil,
            milestone: flags & Flags.milestone != 0 ? try count() : nil,
            holdingSeconds: flags & Flags.holding != 0 ? try narrow() : nil,
            lifetimeSeconds: flags & Flags.lifetime != 0 ? try narrow() : nil)
    }
}
