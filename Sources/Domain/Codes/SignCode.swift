public import Journal

/// Makes one signed code.
///
/// Nothing is stored for it before its first claim.
public struct SignCode: Sendable {
    /// The most places that a signed code can carry.
    public static let maxUsesMax = Int64(UInt32.max)

    /// Whose code.
    public var tenant: TenantNumber
    /// The campaign; nil for a code that stands alone.
    public var campaign: EntityNumber?
    /// Its places, 1…2^32−1; nil means 1.
    public var maxUses: Int64?
    /// When it stops working, after now; nil means never.
    public var expiresAt: Timestamp?

    /// Makes a command.
    public init(
        tenant: TenantNumber, campaign: EntityNumber? = nil, maxUses: Int64? = nil, expiresAt: Timestamp? = nil
    ) {
        self.tenant = tenant
        self.campaign = campaign
        self.maxUses = maxUses
        self.expiresAt = expiresAt
    }
}
