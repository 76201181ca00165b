/// The figures of a scope since a point in time.
public struct MetricsSummary: Equatable, Sendable {
    /// Codes that were made.
    ///
    /// Signed codes count from their first claim, when they get a row.
    public var codesIssued: UInt64
    /// Those of them that have a live redemption.
    public var codesClaimed: UInt64
    /// Live redemptions.
    public var redemptions: UInt64
    /// Their places.
    public var places: UInt64
    /// Redemptions that were released.
    public var redemptionsReleased: UInt64
    /// Holds that were taken, whatever became of them.
    public var holds: UInt64
    /// Holds that became redemptions.
    public var holdsConfirmed: UInt64
    /// Holds that were given back.
    public var holdsReleased: UInt64
    /// Holds that ran out.
    public var holdsExpired: UInt64
    /// Invitations that were sent.
    public var invitesSent: UInt64
    /// Invitations that were accepted.
    public var invitesAccepted: UInt64
    /// Referrals that qualified.
    public var referralsQualified: UInt64
    /// Different people who referred somebody.
    public var distinctReferrers: UInt64
    /// The median of the times from a code's creation to its redemptions, in whole seconds; nil without any.
    public var waitMedianSeconds: UInt64?
    /// Their 90th percentile.
    public var waitNinetiethSeconds: UInt64?

    /// Qualified referrals per referrer.
    public var kFactor: Double { Ratio.rounded(referralsQualified, distinctReferrers) }
    /// Accepted invitations per sent one.
    public var acceptanceRate: Double { Ratio.rounded(invitesAccepted, invitesSent) }
    /// Redemptions per code; above 1 when codes have many places.
    public var conversionRate: Double { Ratio.rounded(redemptions, codesIssued) }

    init(_ figures: FigureSet, waits: (median: UInt64?, ninetieth: UInt64?)) {
        codesIssued = figures.count(.codesIssued)
        codesClaimed = figures.count(.codesClaimed)
        redemptions = figures.count(.redemptions)
        places = figures.count(.places)
        redemptionsReleased = figures.count(.redemptionsReleased)
        holds = figures.count(.holds)
        holdsConfirmed = figures.count(.holdsConfirmed)
        holdsReleased = figures.count(.holdsReleased)
        holdsExpired = figures.count(.holdsExpired)
        invitesSent = figures.count(.invitesSent)
        invitesAccepted = figures.count(.invitesAccepted)
        referralsQualified = figures.count(.referralsQualified)
        // Its place until referrals have rows; whoever issues a code has not yet referred anybody.
        distinctReferrers = 0
        waitMedianSeconds = waits.median
        waitNinetiethSeconds = waits.ninetieth
    }
}
