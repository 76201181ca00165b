/// The limit that was hit.
public enum LimitKind: String, Sendable {
    /// The code's capacity.
    case code
    /// The campaign's `max_redemptions_total`.
    case campaign
    /// The campaign's `per_user_limit`.
    case user
}
