public import Journal
internal import Store

/// A signed code: it has no row, and so no number, before its first claim.
public struct SignedCode: Equatable, Sendable {
    /// The code.
    public var text: String
    /// The campaign, unless it stands alone.
    public var campaign: EntityNumber?
    /// The key of that campaign.
    public var campaignKey: String?
    /// Its places.
    public var maxUses: UInt64
    /// When it stops working.
    public var expiresAt: Timestamp?
    /// When it was signed.
    public var createdAt: Timestamp
}
