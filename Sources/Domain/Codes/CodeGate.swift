internal import Journal
internal import Store

/// The front of a code's row, which claims need.
struct CodeGate {
    var kind: CodeKind
    var campaign: EntityNumber?
    var expiresAt: Timestamp?
    var revokedAt: Timestamp?
    /// True if an account refers others with it.
    var hasIssuer = false
}
