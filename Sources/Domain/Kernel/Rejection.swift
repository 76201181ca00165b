/// The reason why an administrator's command was not carried out.
///
/// Nothing of it stays: the sequencer rolls it back.
public enum Rejection: Error, Equatable, Sendable {
    /// No such thing in this tenant. `entity` is `Campaign`, `Code`, `Redemption`, `Hold`, `Key` or `Tenant`.
    case notFound(entity: String)
    /// Fields that cannot be accepted, and what to do.
    case invalidFields(FieldErrors)
    /// Understood, but not possible with the state as it is: `code` is for programs, `message` for people.
    /// Carries the HTTP-independent codes `hold_conflict`, `vanity_malformed`, `vanity_reserved`, `vanity_profane`,
    /// `vanity_taken`, `status_transition`, `below_taken`, `keyspace_exhausted`, `tenant_taken`, …
    case conflict(code: String, message: String)
    /// The resource changed since the version that the caller named.
    case versionMismatch
    /// A claim's refusal, where a command on a hold ends in one.
    case refused(Refusal)
}
