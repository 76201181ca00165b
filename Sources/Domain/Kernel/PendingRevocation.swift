internal import Journal

/// A revocation of many codes that is decided and whose rows are written piece by piece.
///
/// From its first command on, every code that it covers is taken back for everybody; its pieces bring the rows up.
public struct PendingRevocation: Hashable, Sendable {
    /// Whose codes.
    public let tenant: TenantNumber
    /// The campaign of the codes.
    let campaign: EntityNumber
    /// The number behind the last code that it covers.
    ///
    /// Later ones are not taken back. Tells revocations apart.
    public let end: EntityNumber
    /// The first number whose row may not be written yet.
    var next: EntityNumber
    /// When the codes were taken back.
    let revokedAt: Timestamp
    /// The stored form of who did it.
    let actorCode: UInt64

    /// Who did it; one that only a later version knows is the node.
    var actor: Actor { Actor(stored: actorCode) ?? .node }

    /// True if it takes back a code.
    @inline(__always)
    func covers(_ number: EntityNumber, in campaign: EntityNumber, tenant: TenantNumber) -> Bool {
        number < end && campaign == self.campaign && tenant == self.tenant
    }
}
