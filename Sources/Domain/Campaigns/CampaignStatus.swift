internal import Journal
internal import Store

/// The status of a campaign.
///
/// The raw values are stored and never reused.
public enum CampaignStatus: UInt8, WireWord {
    /// Not yet open.
    case draft = 1
    /// Open within its window.
    case active = 2
    /// Closed for the moment.
    case paused = 3
    /// Closed for good.
    case ended = 4

    /// The word on the wire.
    public var word: String {
        switch self {
        case .draft: "draft"
        case .active: "active"
        case .paused: "paused"
        case .ended: "ended"
        }
    }

    /// True if a campaign may go from this status to another.
    ///
    /// Staying is always possible.
    public func canBecome(_ next: CampaignStatus) -> Bool {
        switch (self, next) {
        case (_, self): true
        case (.draft, .active), (.active, .paused), (.paused, .active): true
        case (.draft, .ended), (.active, .ended), (.paused, .ended): true
        default: false
        }
    }
}
