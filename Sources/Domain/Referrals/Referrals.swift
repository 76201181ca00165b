public import Store

/// Who brought whom: looking at referrals, and what becomes of them.
///
/// A referral is made by the claim that brought somebody in, in the claim's own command. Its referrer is the issuer of the
/// code.
public enum Referrals {
    /// The referral of a number; nil when there is none.
    ///
    /// Reads one record.
    public static func find(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> Referral? {
        state.read(Tables.referrals, RecordKeys.entity(tenant, number)) { Referral.decode(number, $0) }
    }

    /// The redemption with the referral that came with it.
    static func completed(
        _ redemption: Redemption, tenant: TenantNumber, state: some StateReading
    ) -> Redemption {
        guard redemption.hasReferral else { return redemption }
        guard let referral = find(Referral.number(of: redemption.number), tenant: tenant, state: state) else {
            damagedRecord("redemptions")
        }
        var completed = redemption
        completed.referral = Boxed(referral)
        return completed
    }

    // MARK: Qualifying

    /// Says that a referee is a customer: the promised rewards are granted, and those that the policy gives for the
    /// number of referrals that have qualified.
    ///
    /// Doing it again changes nothing and answers the same.
    ///
    /// - Throws: `notFound`, or `conflict` with `referral_reversed` where the redemption was released before.
    /// - Complexity: a handful of point reads and writes for each reward of the campaign's policy.
    public static func qualify(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> QualifiedReferral {
        let state = context.state
        guard var referral = find(number, tenant: tenant, state: state) else { throw .notFound(entity: "Referral") }
        guard referral.qualifiedAt == nil else {
            return QualifiedReferral(
                referral: referral, rewards: Rewards.of(referral, tenant: tenant, state: state), already: true)
        }
        guard referral.status == .pending else {
            throw .conflict(
                code: "referral_reversed", message: "The redemption of this referral was released before it qualified.")
        }
        referral.qualifiedAt = context.now
        context.record(.referralQualified, number, of: tenant)
        for reward in current(referral, tenant: tenant, in: context) where reward.state == .pending {
            Rewards.grant(reward, tenant: tenant, in: context)
        }
        if let campaign = referral.campaign { reward(&referral, in: campaign, tenant: tenant, in: &context) }
        let rewards = Rewards.of(referral, tenant: tenant, state: state)
        let isRewarded = rewards.contains { $0.reward.grantedAt != nil && !$0.reward.isOver }
        referral.status = isRewarded ? .rewarded : .qualified
        state.put(ReferralRecord.self, EntityKey(tenant: tenant, number: number), referral)
        return QualifiedReferral(referral: referral, rewards: rewards, already: false)
    }

    /// Makes the rewards of a referral that has qualified: those that were not promised, and those of milestones.
    private static func reward(
        _ referral: inout Referral, in campaign: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) {
        let referrer = PackedAccount(referral.referrer)
        var counts = context.state.referrerCounts(of: referrer, in: campaign, tenant: tenant)
        counts.qualified += 1
        if let policy = RewardPolicies.find(campaign, tenant: tenant, state: context.state) {
            var maker = RewardMaker(policy, of: campaign, tenant: tenant, counts: counts)
            maker.make(.onActivation, for: &referral, count: counts.attributed, in: &context)
            maker.make(.onMilestone, for: &referral, count: counts.qualified, in: &context)
            counts = maker.counts
        }
        context.state.put(counts, of: referrer, in: campaign, tenant: tenant)
    }

    /// The rewards of a referral, each brought to the state that it has now.
    private static func current(
        _ referral: Referral, tenant: TenantNumber, in context: borrowing DecisionContext
    ) -> [Reward] {
        var numbers: [EntityNumber] = []
        referral.rewards.visit { _, _, number in numbers.append(number) }
        var rewards: [Reward] = []
        for number in numbers {
            guard let reward = Rewards.current(number, tenant: tenant, in: context) else { damagedRecord("referrals") }
            rewards.append(reward)
        }
        return rewards
    }

    // MARK: Reversing

    /// The reason of rewards that a release has reversed.
    static let releaseReason = "redemption released"

    /// Takes back what a released redemption has not earned.
    ///
    /// A reward is earned once it is confirmed, or granted for a referral that has qualified. All others are reversed. A
    /// referral that has not qualified is reversed itself; its referee keeps no place for another referrer.
    static func release(_ redemption: Redemption, tenant: TenantNumber, in context: borrowing DecisionContext) {
        guard redemption.hasReferral else { return }
        let number = Referral.number(of: redemption.number)
        guard var referral = find(number, tenant: tenant, state: context.state) else { damagedRecord("redemptions") }
        if referral.status == .pending {
            referral.status = .reversed
            referral.reversedAt = context.now
            context.record(.referralReversed, number, of: tenant)
            context.state.put(ReferralRecord.self, EntityKey(tenant: tenant, number: number), referral)
        }
        for reward in current(referral, tenant: tenant, in: context) where !reward.isOver {
            let isEarned =
                reward.state == .confirmed || reward.state == .granted && referral.qualifiedAt != nil
            if isEarned { continue }
            Rewards.reverse(reward, because: releaseReason, tenant: tenant, in: context)
        }
    }
}
