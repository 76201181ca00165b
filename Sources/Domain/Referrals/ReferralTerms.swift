internal import Store

/// The part of a claim's target that says who refers and what that is worth; only targets that refer have one.
final class ReferralTerms: Sendable {
    /// The account that refers others with the code.
    let issuer: AccountID?
    /// The policy of the campaign.
    let policy: RewardPolicy?

    init(issuer: AccountID?, policy: RewardPolicy?) {
        self.issuer = issuer
        self.policy = policy
    }

    /// Reads what the rows of a target say that they have; nil where that is nothing.
    ///
    /// - Parameters:
    ///   - target: The target.
    ///   - known: The policy of its campaign, where it was read before.
    ///   - tenant: The tenant.
    ///   - state: The state to look in.
    init?(
        of target: borrowing ResolvedTarget, _ known: RewardPolicy?, tenant: TenantNumber, state: some StateReading
    ) {
        var issuer: AccountID?
        if let code = target.code, target.codeGate?.hasIssuer ?? false {
            issuer = Codes.issuer(code, tenant: tenant, state: state)
        }
        var policy: RewardPolicy?
        if let campaign = target.campaign, target.campaignGate?.hasRewardPolicy ?? false {
            policy = known ?? RewardPolicies.find(campaign, tenant: tenant, state: state)
        }
        guard issuer != nil || policy != nil else { return nil }
        self.issuer = issuer
        self.policy = policy
    }
}
