internal import Journal
internal import Store

/// A hold whose places are taken until it expires.
struct LiveHold: Equatable, Sendable {
    /// Whose hold.
    var tenant: TenantNumber
    /// Its number.
    var number: EntityNumber
    /// When it expires.
    var expiresAt: Timestamp
}
