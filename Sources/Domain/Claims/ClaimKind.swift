/// Whether the claim is final at once.
public enum ClaimKind: Hashable, Sendable {
    /// Final: makes a redemption.
    case redeem
    /// Provisional for that many seconds (1…604800): makes a hold.
    case hold(ttlSeconds: UInt32)
}
