public import Journal

/// A claim with a time to live.
public struct Hold: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// The code, unless a campaign was claimed without one.
    public var code: EntityNumber?
    /// The campaign, unless the code stands alone.
    public var campaign: EntityNumber?
    /// Who holds the places.
    public var redeemer: AccountID
    /// The number of places.
    public var quantity: UInt32
    /// Where it stands.
    public var state: HoldState
    /// When it was made.
    public var createdAt: Timestamp
    /// When its places are free again, unless it is confirmed or released before.
    public var expiresAt: Timestamp
    /// The redemption it became.
    public var redemption: EntityNumber?
    /// The public id of the invitation that led here.
    public var invitation: UInt64?
    /// True if the claim carries metadata.
    public var hasMetadata: Bool

    /// Makes a hold.
    public init(
        number: EntityNumber, code: EntityNumber?, campaign: EntityNumber?, redeemer: AccountID, quantity: UInt32,
        state: HoldState, createdAt: Timestamp, expiresAt: Timestamp, redemption: EntityNumber? = nil,
        invitation: UInt64? = nil, hasMetadata: Bool = false
    ) {
        self.number = number
        self.code = code
        self.campaign = campaign
        self.redeemer = redeemer
        self.quantity = quantity
        self.state = state
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.redemption = redemption
        self.invitation = invitation
        self.hasMetadata = hasMetadata
    }

    /// The hold as it stands at a time: expired from its end on, although no batch has written that down yet.
    public func judged(at now: Timestamp) -> Hold {
        guard state == .held, expiresAt <= now else { return self }
        var hold = self
        hold.state = .expired
        return hold
    }
}
