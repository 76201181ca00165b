public import Journal

/// The terms that codes made together share.
public struct CodeTerms: Sendable {
    /// The campaign; nil for codes that stand alone.
    public var campaign: EntityNumber?
    /// The campaign by its key, in place of ``campaign``.
    public var campaignKey: String?
    /// The places of each code, 1…2^53−1; nil means 1.
    public var maxUses: Int64?
    /// When the codes stop working, after now; nil means never.
    public var expiresAt: Timestamp?
    /// The account that refers others with these codes.
    public var issuer: AccountID?
    /// The grant of a claim as JSON text; overrides the campaign's.
    public var grant: [UInt8]?
    /// A JSON object kept with the codes, as text.
    public var metadata: [UInt8]?

    /// Makes terms; everything is optional.
    public init(
        campaign: EntityNumber? = nil, campaignKey: String? = nil, maxUses: Int64? = nil, expiresAt: Timestamp? = nil,
        issuer: AccountID? = nil, grant: [UInt8]? = nil, metadata: [UInt8]? = nil
    ) {
        self.campaign = campaign
        self.campaignKey = campaignKey
        self.maxUses = maxUses
        self.expiresAt = expiresAt
        self.issuer = issuer
        self.grant = grant
        self.metadata = metadata
    }
}
