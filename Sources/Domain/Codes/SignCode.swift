public import Journal

/// Makes signed codes: one, or many with the same terms.
///
/// Nothing is stored for a code before its first claim.
public struct SignCode: Sendable {
    /// The most places that a signed code can carry.
    public static let maxUsesMax = Int64(UInt32.max)

    /// Whose code.
    public var tenant: TenantNumber
    /// The number of codes, 1…1,000,000; nil means 1.
    public var count: Int64?
    /// The campaign; nil for a code that stands alone.
    public var campaign: EntityNumber?
    /// The campaign by its key, in place of ``campaign``.
    public var campaignKey: String?
    /// Its places, 1…2^32−1; nil means 1.
    public var maxUses: Int64?
    /// When it stops working, after now; nil means never.
    public var expiresAt: Timestamp?

    /// Makes a command.
    public init(
        tenant: TenantNumber, count: Int64? = nil, campaign: EntityNumber? = nil, campaignKey: String? = nil,
        maxUses: Int64? = nil, expiresAt: Timestamp? = nil
    ) {
        self.tenant = tenant
        self.count = count
        self.campaign = campaign
        self.campaignKey = campaignKey
        self.maxUses = maxUses
        self.expiresAt = expiresAt
    }
}
