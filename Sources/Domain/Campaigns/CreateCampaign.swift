public import Journal

/// Makes a campaign.
///
/// Words and numbers come as they were sent; the domain checks them all at once.
public struct CreateCampaign: Sendable {
    /// Whose campaign.
    public var tenant: TenantNumber
    /// Its key, `^[a-z0-9-]{1,120}$`, unique in the tenant.
    public var key: String
    /// Its name, 1…255 characters.
    public var name: String
    /// One of the five types.
    public var type: String
    /// For people, at most 2,000 characters.
    public var description: String?
    /// One of the four statuses; nil means `draft`.
    public var status: String?
    /// The places of the whole campaign; nil means as many as asked for.
    public var maxRedemptionsTotal: Int64?
    /// The places of one person; nil means 1.
    public var perUserLimit: Int64?
    /// When it opens; nil means at once.
    public var startsAt: Timestamp?
    /// The last instant at which it is open; nil means for ever.
    public var endsAt: Timestamp?
    /// JSON text.
    public var rewardPolicy: [UInt8]?
    /// JSON text.
    public var grant: [UInt8]?
    /// The key that asked for it.
    public var createdBy: EntityNumber?

    /// Makes a command; everything optional is absent.
    public init(
        tenant: TenantNumber, key: String, name: String, type: String, description: String? = nil,
        status: String? = nil, maxRedemptionsTotal: Int64? = nil, perUserLimit: Int64? = nil,
        startsAt: Timestamp? = nil, endsAt: Timestamp? = nil, rewardPolicy: [UInt8]? = nil, grant: [UInt8]? = nil,
        createdBy: EntityNumber? = nil
    ) {
        self.tenant = tenant
        self.key = key
        self.name = name
        self.type = type
        self.description = description
        self.status = status
        self.maxRedemptionsTotal = maxRedemptionsTotal
        self.perUserLimit = perUserLimit
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.rewardPolicy = rewardPolicy
        self.grant = grant
        self.createdBy = createdBy
    }
}
