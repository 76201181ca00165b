/// Counts what referrals tell the abuse gate.
public struct ReferralSignals: Equatable, Sendable {
    /// Claims in which somebody would have brought themselves.
    public internal(set) var selfReferrals: UInt64 = 0
    /// Rewards that were not made because their referrer has as many as one may have.
    public internal(set) var cappedRewards: UInt64 = 0

    /// All zero.
    public init() {}
}

extension DecisionContext {
    /// Tells the abuse gate of somebody who would have brought themselves.
    mutating func noteSelfReferral(by account: AccountID, of tenant: TenantNumber) {
        referralSignals.selfReferrals += 1
    }

    /// Tells the abuse gate of a referrer who has as many rewards as one may have.
    mutating func noteCap(of referrer: AccountID, of tenant: TenantNumber) {
        referralSignals.cappedRewards += 1
    }
}
