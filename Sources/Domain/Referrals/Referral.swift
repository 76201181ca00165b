public import Journal

/// Who brought whom: one person, one redemption, for ever.
///
/// A referral has the number behind that of its redemption, so that each is found by the other.
public struct Referral: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// Where it stands.
    public var status: ReferralStatus
    /// The programme in which the referee has this referrer and no other: 0 for the tenant's own, else the number of the
    /// campaign's family.
    public var scope: UInt32
    /// The length of the chain that ends with the referee: 1 where nobody brought the referrer.
    public var depth: UInt64
    /// Who brought the referee.
    public var referrer: AccountID
    /// Who was brought.
    public var referee: AccountID
    /// The code, unless a campaign was claimed without one.
    public var code: EntityNumber?
    /// The campaign, unless the code stands alone.
    public var campaign: EntityNumber?
    /// When the redemption was decided.
    public var attributedAt: Timestamp
    /// When the host said that the referee is a customer.
    public var qualifiedAt: Timestamp?
    /// When the redemption was released before that.
    public var reversedAt: Timestamp?
    /// The rewards that were made for it, each in a place of its own that is never free again.
    var rewards = ReferralRewards()

    /// The redemption that brought the referee in.
    public var redemption: EntityNumber { EntityNumber(rawValue: number.rawValue - 1) }

    /// The number of the referral of a redemption that has one.
    static func number(of redemption: EntityNumber) -> EntityNumber {
        EntityNumber(rawValue: redemption.rawValue + 1)
    }

    /// Who gets the rewards of a party.
    func beneficiary(_ party: RewardParty) -> AccountID {
        switch party {
        case .referrer: referrer
        case .referee: referee
        }
    }
}
