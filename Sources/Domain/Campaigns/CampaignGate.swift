internal import Journal
internal import Store

/// The front of a campaign's row, which claims need.
struct CampaignGate: Equatable {
    var type: CampaignType
    var status: CampaignStatus
    /// The places that one person may have over all codes of the campaign.
    var perUserLimit: UInt64
    var startsAt: Timestamp?
    var endsAt: Timestamp?
    /// True if it has a ``RewardPolicy``.
    var hasRewardPolicy = false

    /// The cause why no places are given out at an instant; nil where they are.
    ///
    /// Both bounds of the window belong to it. The status comes first: a time is told only where the window is the cause.
    @inline(__always)
    func ineligibility(at now: Timestamp) -> Ineligibility? {
        switch status {
        case .draft: return Ineligibility(.draft)
        case .paused: return Ineligibility(.paused)
        case .ended: return Ineligibility(.ended)
        case .active: break
        }
        if let endsAt, now > endsAt { return Ineligibility(.ended, endsAt: endsAt) }
        if let startsAt, now < startsAt { return Ineligibility(.notStarted, startsAt: startsAt) }
        return nil
    }
}
