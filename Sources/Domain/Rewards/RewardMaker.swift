internal import Journal
internal import Store

/// Makes the rewards of a referral by a policy: both sides in one command.
///
/// The rewards of one occasion are made together. Where the referrer has as many as the cap allows, theirs is left out and
/// the other side's is made; where the budget has not enough for all that are left, none is made. A reward is made whole
/// or not at all.
struct RewardMaker {
    let policy: RewardPolicy
    let campaign: EntityNumber
    let tenant: TenantNumber
    /// The counts of the referrer, for the caller to store.
    private(set) var counts: ReferrerCounts

    init(_ policy: RewardPolicy, of campaign: EntityNumber, tenant: TenantNumber, counts: ReferrerCounts) {
        self.policy = policy
        self.campaign = campaign
        self.tenant = tenant
        self.counts = counts
    }

    /// Makes the rewards of an occasion that the referral does not have yet.
    ///
    /// - Parameters:
    ///   - trigger: The occasion.
    ///   - referral: The referral; its places are taken.
    ///   - count: The number of the referral by which tiers and milestones are judged.
    ///   - asPromise: True for an occasion that is still to come.
    ///   - context: The context of the command.
    mutating func make(
        _ trigger: RewardTrigger, for referral: inout Referral, count: UInt64, asPromise: Bool = false,
        in context: inout DecisionContext
    ) {
        var isCapped = false
        var needed: UInt64 = 0
        for index in policy.rewards.indices where isWanted(index, trigger, referral, count: count) {
            guard isAllowed(index) else {
                isCapped = true
                continue
            }
            if policy.rewards[index].unit ?? 0 == policy.budget?.unit ?? .max {
                needed += policy.amount(index, count: count) ?? 0
            }
        }
        let isShort = !fits(needed, state: context.state)
        // A reward whose time is over may have the place.
        if isCapped || isShort { context.isShortBesideDue = true }
        if isCapped { context.noteCap(of: referral.referrer, of: tenant) }
        if isShort { return }
        for index in policy.rewards.indices
        where isWanted(index, trigger, referral, count: count) && isAllowed(index) {
            make(index, for: &referral, count: count, asPromise: asPromise, in: context)
        }
    }

    /// True if the policy has a reward for the occasion, and the referral none for its place.
    private func isWanted(_ index: Int, _ trigger: RewardTrigger, _ referral: borrowing Referral, count: UInt64) -> Bool
    {
        policy.isDue(index, trigger, count: count) && referral.rewards[policy.rewards[index].party, trigger] == nil
    }

    /// True if the cap has room for a reward.
    private func isAllowed(_ index: Int) -> Bool {
        guard policy.rewards[index].party == .referrer, let cap = policy.cap else { return true }
        return counts.rewards < cap
    }

    /// True if the budget has room for an amount.
    private func fits(_ needed: UInt64, state: some StateReading) -> Bool {
        guard needed > 0, let budget = policy.budget else { return true }
        let taken = state.rewardTotals(of: campaign, unit: budget.unit, tenant: tenant).taken
        return taken <= budget.amount && needed <= budget.amount - taken
    }

    private mutating func make(
        _ index: Int, for referral: inout Referral, count: UInt64, asPromise: Bool,
        in context: borrowing DecisionContext
    ) {
        let terms = policy.rewards[index]
        let (number, now) = (context.makeNumber(), context.now)
        var reward = Reward(
            number: number, state: .pending, party: terms.party, type: terms.type, trigger: terms.trigger,
            referral: referral.number, campaign: campaign, beneficiary: referral.beneficiary(terms.party), count: count,
            amount: policy.amount(index, count: count), unit: terms.unit, holdingSeconds: terms.holdingSeconds,
            lifetimeSeconds: terms.lifetimeSeconds, createdAt: now, actorStored: context.actor.stored)
        reward.expiresAt = terms.lifetimeSeconds.map { now.adding(seconds: Int64($0)) }
        if !asPromise { reward = Rewards.granted(reward, tenant: tenant, in: context) }
        RewardWriter(state: context.state, tenant: tenant).insert(reward)
        referral.rewards[terms.party, terms.trigger] = number
        if terms.party == .referrer { counts.rewards += 1 }
    }
}
