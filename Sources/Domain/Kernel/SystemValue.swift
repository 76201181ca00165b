internal import Journal
internal import Store

/// One of the single values that a server keeps.
enum SystemValue: Sendable {
    /// The key of the permutation behind public ids.
    case publicIDSecret(Hash128)
    /// The number of the newest tenant.
    case lastTenant(TenantNumber)
    /// The beginning of an epoch: the last sequence before it, and when it began.
    case epoch(sequenceBefore: UInt64, began: Timestamp)
    /// Of earlier versions: the epoch of the then primary, and when it began.
    case reign(epoch: UInt32, began: Timestamp)
    /// The key that stands for the root key given at the last start.
    case givenRootKey(EntityNumber)
    /// The codes that big commands under way have hidden.
    case pendingRanges(PendingRanges)
    /// The revocations whose rows are not all written.
    case pendingRevocations([PendingRevocation])
    /// The key that signs.
    case currentSigningKey(UInt8)
    /// The secret of a signing key.
    case signingKey([UInt8])
    /// One that a newer version has added.
    case unknown([UInt8])
}
