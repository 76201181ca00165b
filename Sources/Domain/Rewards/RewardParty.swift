/// The side of a referral that a reward is for.
///
/// The raw values are stored and never reused.
public enum RewardParty: UInt8, WireWord {
    /// Who brought the other one.
    case referrer = 1
    /// Who was brought.
    case referee = 2

    /// The word on the wire.
    public var word: String {
        switch self {
        case .referrer: "referrer"
        case .referee: "referee"
        }
    }
}
