/// The limit that was hit.
public enum LimitKind: String, WireWord {
    /// The code's capacity.
    case code
    /// The campaign's `max_redemptions_total`.
    case campaign
    /// The campaign's `per_user_limit`.
    case user

    /// The word on the wire.
    public var word: String { rawValue }
}
