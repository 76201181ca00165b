public import Journal

/// The immutable row of a final claim; only ``releasedAt`` is ever set later.
public struct Redemption: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// The code, unless a campaign was claimed without one.
    public var code: EntityNumber?
    /// The campaign, unless the code stands alone.
    public var campaign: EntityNumber?
    /// Who has the places.
    public var redeemer: AccountID
    /// The number of places.
    public var quantity: UInt32
    /// When the claim became final.
    public var redeemedAt: Timestamp
    /// When the places were given back, if they were.
    public var releasedAt: Timestamp?
    /// The public id of the invitation that led here.
    public var invitation: UInt64?
    /// True if the claim carries metadata.
    public var hasMetadata: Bool
    /// True if somebody brought the redeemer: then the number behind this one is that of the referral.
    public var hasReferral: Bool
    /// The referral, in the outcome of a claim; nil in rows and lists.
    public var referral: Boxed<Referral>?

    /// Makes a row.
    public init(
        number: EntityNumber, code: EntityNumber?, campaign: EntityNumber?, redeemer: AccountID, quantity: UInt32,
        redeemedAt: Timestamp, releasedAt: Timestamp? = nil, invitation: UInt64? = nil, hasMetadata: Bool = false,
        hasReferral: Bool = false
    ) {
        self.number = number
        self.code = code
        self.campaign = campaign
        self.redeemer = redeemer
        self.quantity = quantity
        self.redeemedAt = redeemedAt
        self.releasedAt = releasedAt
        self.invitation = invitation
        self.hasMetadata = hasMetadata
        self.hasReferral = hasReferral
    }
}
