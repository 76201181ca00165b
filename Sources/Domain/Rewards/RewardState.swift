/// The state of a reward.
///
/// The raw values are stored and never reused.
public enum RewardState: UInt8, WireWord {
    /// Promised: its occasion has not come.
    case pending = 1
    /// The occasion has come.
    case granted = 2
    /// Granted, and in its holding time.
    case held = 3
    /// Final: the holding time is over, or the host has said that it was given.
    case confirmed = 4
    /// Taken back.
    case reversed = 5
    /// Its time ran out.
    case expired = 6

    /// The word on the wire.
    public var word: String {
        switch self {
        case .pending: "pending"
        case .granted: "granted"
        case .held: "held"
        case .confirmed: "confirmed"
        case .reversed: "reversed"
        case .expired: "expired"
        }
    }

    /// True if the reward does not count any more, for the cap and the budget.
    public var isOver: Bool { self == .reversed || self == .expired }
}
