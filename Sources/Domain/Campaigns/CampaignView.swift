public import Journal

/// A campaign as administrators see it.
public struct CampaignView: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// Its key.
    public var key: String
    /// Its name.
    public var name: String
    /// For people.
    public var description: String?
    /// Its purpose.
    public var type: CampaignType
    /// Where it stands.
    public var status: CampaignStatus
    /// Its places; the limit is `max_redemptions_total`.
    public var capacity: Capacity
    /// The places of one person.
    public var perUserLimit: UInt64
    /// When it opens.
    public var startsAt: Timestamp?
    /// The last instant at which it is open.
    public var endsAt: Timestamp?
    /// JSON text.
    public var rewardPolicy: [UInt8]?
    /// JSON text in normal form.
    public var grant: [UInt8]?
    /// The key that asked for it.
    public var createdBy: EntityNumber?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it was last changed.
    public var updatedAt: Timestamp
    /// Its live redemptions.
    public var redemptionsCount: UInt64
    /// Changes with everything that is shown: what an `ETag` is made of.
    public var version: String
}
