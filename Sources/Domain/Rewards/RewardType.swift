/// The kind of a reward; the host gives it.
///
/// The raw values are stored and never reused.
public enum RewardType: UInt8, WireWord {
    /// An amount that is credited.
    case credit = 1
    /// Something that is given.
    case perk = 2
    /// A better tier.
    case tierUpgrade = 3
    /// An amount that is taken off a price.
    case discount = 4

    /// The word on the wire.
    public var word: String {
        switch self {
        case .credit: "credit"
        case .perk: "perk"
        case .tierUpgrade: "tier_upgrade"
        case .discount: "discount"
        }
    }
}
