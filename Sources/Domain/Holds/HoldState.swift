/// The state of a hold.
public enum HoldState: UInt8, WireWord {
    /// Its places are taken until it expires.
    case held = 1
    /// It became a redemption.
    case confirmed = 2
    /// Its owner gave the places back.
    case released = 3
    /// Its time ran out and the places went back.
    case expired = 4

    /// The word on the wire.
    public var word: String {
        switch self {
        case .held: "held"
        case .confirmed: "confirmed"
        case .released: "released"
        case .expired: "expired"
        }
    }
}
