/// Tells a final claim from a hold.
public enum ClaimKind: Hashable, Sendable {
    /// Final: makes a redemption.
    case redeem
    /// Provisional for that many seconds (1…604800): makes a hold.
    case hold(ttlSeconds: UInt32)
}
