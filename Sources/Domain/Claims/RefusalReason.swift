/// The reason of a refusal: a closed set, in the order in which the reasons are checked.
///
/// The raw values are stable: they are counted in metrics and never reused.
public enum RefusalReason: UInt8, WireWord {
    /// No such code or campaign.
    case invalid = 1
    /// An administrator took the code back.
    case revoked = 2
    /// The code's time is over.
    case expired = 3
    /// No place is left under the limit that ``Refusal/limit`` names.
    case exhausted = 4
    /// The campaign is not open.
    case ineligible = 5
    /// The abuse gate said no; it never says why.
    case rateLimited = 6
    /// The redeemer has all the places that one person may have.
    case limitReached = 7
    /// The hold is no longer one that can be confirmed or released.
    case holdConflict = 8

    /// The word on the wire.
    public var word: String {
        switch self {
        case .invalid: "invalid"
        case .revoked: "revoked"
        case .expired: "expired"
        case .exhausted: "exhausted"
        case .ineligible: "ineligible"
        case .rateLimited: "rate_limited"
        case .limitReached: "limit_reached"
        case .holdConflict: "hold_conflict"
        }
    }
}
