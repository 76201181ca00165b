/// A referral that has qualified, and all rewards of it.
public struct QualifiedReferral: Equatable, Sendable {
    /// The referral.
    public var referral: Referral
    /// Its rewards, those that were made before among them.
    public var rewards: [RewardView]
    /// True if it had qualified before: nothing was changed.
    public var already: Bool
}
