internal import Journal
internal import Store

/// What a claim has to know of a code: the front of its row.
struct CodeGate {
    var kind: CodeKind
    var campaign: EntityNumber?
    var expiresAt: Timestamp?
    var revokedAt: Timestamp?
}
