internal import Journal
internal import Store

/// The purpose of a campaign.
///
/// The raw values are stored and never reused.
public enum CampaignType: UInt8, WireWord {
    /// Codes that one person uses. A code's own capacity still decides.
    case singleUse = 1
    /// Codes that many use.
    case multiUse = 2
    /// Places that are claimed without a code.
    case capacity = 3
    /// Codes that reward whoever refers.
    case referral = 4
    /// Codes that let people pass the waitlist.
    case waitlistSkip = 5

    /// The word on the wire.
    public var word: String {
        switch self {
        case .singleUse: "single_use"
        case .multiUse: "multi_use"
        case .capacity: "capacity"
        case .referral: "referral"
        case .waitlistSkip: "waitlist_skip"
        }
    }
}
