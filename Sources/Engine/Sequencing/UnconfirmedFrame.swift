internal import Domain
internal import Journal
internal import Store

/// A frame that is durable here and waits for followers.
struct UnconfirmedFrame {
    var point: JournalPoint
    /// Keys and tenants that it has changed: nobody knows of them before.
    var credentials: CredentialChanges
    /// When its commands are answered "outcome unknown", on the monotonic clock.
    var deadlineNanoseconds: UInt64
}
