/// Where a referral stands.
///
/// The raw values are stored and never reused.
public enum ReferralStatus: UInt8, WireWord {
    /// The referee has a place; the host has not said yet that this is a customer.
    case pending = 1
    /// The host has said so.
    case qualified = 2
    /// The host has said so, and somebody was granted a reward for it.
    case rewarded = 3
    /// The redemption was released before the referral had qualified.
    case reversed = 4

    /// The word on the wire.
    public var word: String {
        switch self {
        case .pending: "pending"
        case .qualified: "qualified"
        case .rewarded: "rewarded"
        case .reversed: "reversed"
        }
    }
}
