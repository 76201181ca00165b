/// The target of a claim: a code, or a campaign of type `capacity`, which needs none.
public enum ClaimTarget: Hashable, Sendable {
    /// A code, already normalised.
    case code(CodeText)
    /// A campaign's key.
    case campaign(String)
}
