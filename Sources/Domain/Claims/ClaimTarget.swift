/// What is claimed: a code, or a campaign of type `capacity` that needs none.
public enum ClaimTarget: Hashable, Sendable {
    /// A code, already normalised.
    case code(CodeText)
    /// A campaign's key.
    case campaign(String)
}
