/// The outcome of a claim.
///
/// A refusal is an answer, not an error.
public enum ClaimOutcome: Sendable {
    /// A final claim; `already` when this is the outcome of an earlier request of the same redeemer.
    case redeemed(Redemption, already: Bool)
    /// A provisional claim; `already` when the redeemer had this hold before.
    case held(Hold, already: Bool)
    /// Nothing was taken and nothing changed.
    case refused(Refusal)
}
