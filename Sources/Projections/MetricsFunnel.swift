/// The way from a code to a reward, as counts.
public struct MetricsFunnel: Equatable, Sendable {
    /// Invitations that were sent.
    public var invitesSent: UInt64
    /// Invitations that were accepted.
    public var invitesAccepted: UInt64
    /// Codes that were made.
    public var codesIssued: UInt64
    /// Those of them that have a live redemption.
    public var codesClaimed: UInt64
    /// Live redemptions.
    public var redemptions: UInt64
    /// Referrals that qualified.
    public var referralsQualified: UInt64
    /// Rewards.
    public var rewards: UInt64

    init(_ figures: FigureSet) {
        invitesSent = figures.count(.invitesSent)
        invitesAccepted = figures.count(.invitesAccepted)
        codesIssued = figures.count(.codesIssued)
        codesClaimed = figures.count(.codesClaimed)
        redemptions = figures.count(.redemptions)
        referralsQualified = figures.count(.referralsQualified)
        rewards = figures.count(.rewards)
    }
}
