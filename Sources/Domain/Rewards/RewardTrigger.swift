/// The occasion that a reward is granted at.
///
/// The raw values are stored and never reused.
public enum RewardTrigger: UInt8, WireWord {
    /// The redemption that brought the referee in.
    case onRedemption = 1
    /// The referral qualified.
    case onActivation = 2
    /// The referral that qualified was the one that made a number of them full.
    case onMilestone = 3

    /// The word on the wire.
    public var word: String {
        switch self {
        case .onRedemption: "on_redemption"
        case .onActivation: "on_activation"
        case .onMilestone: "on_milestone"
        }
    }
}
