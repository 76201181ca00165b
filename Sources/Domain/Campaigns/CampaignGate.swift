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

    /// True if places are given out at an instant; both bounds of the window belong to it.
    @inline(__always)
    func isOpen(at now: Timestamp) -> Bool {
        guard status == .active else { return false }
        if let startsAt, now < startsAt { return false }
        if let endsAt, now > endsAt { return false }
        return true
    }
}
