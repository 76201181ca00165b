/// The amount of a reward from a number of referrals on.
struct RewardTier: Equatable {
    /// The reward, by its place in the policy.
    var reward: UInt8
    /// The number of the referral from which the amount counts.
    var from: UInt64
    var amount: UInt64
}
