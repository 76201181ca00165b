public import Journal

/// A row of the ledger: a reward of one party for one referral.
public struct Reward: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// Where it stands.
    public var state: RewardState
    /// Whose side it is for.
    public var party: RewardParty
    /// The kind of reward.
    public var type: RewardType
    /// The occasion that it was made for.
    public var trigger: RewardTrigger
    /// The referral that it was made for.
    public var referral: EntityNumber
    /// The campaign whose policy it is of.
    public var campaign: EntityNumber
    /// Who gets it.
    public var beneficiary: AccountID
    /// The number of the referral among those of the referrer in the campaign that it was made for: what its tier was
    /// found by, or the milestone.
    public var count: UInt64
    /// The amount in the smallest units of the currency, or in whole units; nil for none.
    public var amount: UInt64?
    /// The number of the unit or currency of the amount; nil for none.
    public var unit: UInt32?
    /// The seconds that it is held for after it was granted; nil for no time.
    public var holdingSeconds: UInt32?
    /// The seconds after which it expires; nil for never.
    public var lifetimeSeconds: UInt32?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it was granted.
    public var grantedAt: Timestamp?
    /// When its holding time ends, or has ended.
    public var heldUntil: Timestamp?
    /// When it expires, or would have.
    public var expiresAt: Timestamp?
    /// When it became final.
    public var confirmedAt: Timestamp?
    /// When it was reversed or expired.
    public var endedAt: Timestamp?
    /// The stored form of who has brought it to its state.
    var actorStored: UInt64
    /// The reason why it was reversed, as it was given.
    public var reason: String?

    /// The most characters of a reason.
    public static let reasonLengthMax = 255

    /// Who has brought it to its state.
    public var actor: Actor { Actor(stored: actorStored) ?? .host }
    /// True if it does not count any more.
    public var isOver: Bool { state.isOver }

    /// When the clock brings it to its next state; nil for never.
    var dueAt: Timestamp? {
        switch state {
        case .held: heldUntil
        case .pending, .granted: expiresAt
        case .confirmed, .reversed, .expired: nil
        }
    }
}
