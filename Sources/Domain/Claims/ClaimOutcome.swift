public import Journal

/// The answer to a claim.
///
/// A refusal is an answer, not an error.
public enum ClaimOutcome: Sendable {
    /// A final claim; `already` when this is the outcome of an earlier request of the same redeemer.
    case redeemed(Redemption, already: Bool)
    /// A provisional claim; `already` when the redeemer had this hold before.
    case held(Hold, already: Bool)
    /// Nothing was taken and nothing changed.
    case refused(Refusal)
}

/// Why a claim got nothing: a closed set, in the order in which the reasons are looked at.
///
/// The raw values are stable: they are counted in metrics and never reused.
public enum RefusalReason: UInt8, CaseIterable, Sendable {
    /// No such code or campaign.
    case invalid = 1
    /// An administrator took the code back.
    case revoked = 2
    /// The code's time is over.
    case expired = 3
    /// No place is left under the limit that ``Refusal/limit`` names.
    case exhausted = 4
    /// The campaign is not open.
    case ineligible = 5
    /// The abuse gate said no; it never says why.
    case rateLimited = 6
    /// The redeemer has all the places that one person may have.
    case limitReached = 7
    /// The hold is no longer one that can be confirmed or released.
    case holdConflict = 8

    /// The word on the wire.
    public var code: String {
        switch self {
        case .invalid: "invalid"
        case .revoked: "revoked"
        case .expired: "expired"
        case .exhausted: "exhausted"
        case .ineligible: "ineligible"
        case .rateLimited: "rate_limited"
        case .limitReached: "limit_reached"
        case .holdConflict: "hold_conflict"
        }
    }
}

/// Which limit was hit.
public enum LimitKind: String, Sendable {
    /// The code's capacity.
    case code
    /// The campaign's `max_redemptions_total`.
    case campaign
    /// The campaign's `per_user_limit`.
    case user
}

/// A refusal: the reason and, where a limit was hit, which one and what is left under it.
public struct Refusal: Equatable, Sendable {
    /// The first reason that applies.
    public var reason: RefusalReason
    /// The limit that was hit.
    public var limit: LimitKind?
    /// The places left under that limit, where that is a number.
    public var remaining: UInt64?

    /// Makes a refusal.
    public init(_ reason: RefusalReason, limit: LimitKind? = nil, remaining: UInt64? = nil) {
        self.reason = reason
        self.limit = limit
        self.remaining = remaining
    }
}

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
    /// How many places.
    public var quantity: UInt32
    /// When the claim became final.
    public var redeemedAt: Timestamp
    /// When the places were given back, if they were.
    public var releasedAt: Timestamp?
    /// The public id of the invitation that led here.
    public var invitation: UInt64?
    /// Whether the claim carries metadata.
    public var hasMetadata: Bool

    /// Makes a row.
    public init(
        number: EntityNumber, code: EntityNumber?, campaign: EntityNumber?, redeemer: AccountID, quantity: UInt32,
        redeemedAt: Timestamp, releasedAt: Timestamp? = nil, invitation: UInt64? = nil, hasMetadata: Bool = false
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
    }
}

/// Where a hold stands.
public enum HoldState: UInt8, CaseIterable, Sendable {
    /// Its places are taken until it expires.
    case held = 1
    /// It became a redemption.
    case confirmed = 2
    /// Its owner gave the places back.
    case released = 3
    /// Its time ran out and the places went back.
    case expired = 4

    /// The word on the wire.
    public var code: String {
        switch self {
        case .held: "held"
        case .confirmed: "confirmed"
        case .released: "released"
        case .expired: "expired"
        }
    }
}

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
    /// How many places.
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
    /// Whether the claim carries metadata.
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
    public func standing(at now: Timestamp) -> Hold {
        guard state == .held, expiresAt <= now else { return self }
        var hold = self
        hold.state = .expired
        return hold
    }
}
