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

/// Changes a campaign: the fields that are given.
///
/// Key and type never change.
public struct PatchCampaign: Sendable {
    /// Whose campaign.
    public var tenant: TenantNumber
    /// Which campaign.
    public var number: EntityNumber
    /// The version that the caller has seen (`If-Match`); nil means whatever it is.
    public var expectedVersion: String?
    /// Not null.
    public var name: Patch<String>
    /// Null removes it.
    public var description: Patch<String>
    /// Not null; nothing leaves `ended`.
    public var status: Patch<String>
    /// Null means as many as asked for; never below what is taken.
    public var maxRedemptionsTotal: Patch<Int64>
    /// Not null.
    public var perUserLimit: Patch<Int64>
    /// Null means at once.
    public var startsAt: Patch<Timestamp>
    /// Null means for ever.
    public var endsAt: Patch<Timestamp>
    /// Null removes it.
    public var rewardPolicy: Patch<[UInt8]>
    /// Null removes it.
    public var grant: Patch<[UInt8]>
    /// What never changes, where the caller says it all the same.
    public var fixed = FixedMembers()

    /// Members that a campaign keeps: a change may repeat them as they are.
    public struct FixedMembers: Sendable {
        /// Its key.
        public var key: Patch<String>
        /// Its type.
        public var type: Patch<String>
        /// The tenant's name in the API.
        public var tenantID: Patch<String>
        /// The key that made it.
        public var createdBy: Patch<EntityNumber>

        /// Says nothing but what is given.
        public init(
            key: Patch<String> = .keep, type: Patch<String> = .keep, tenantID: Patch<String> = .keep,
            createdBy: Patch<EntityNumber> = .keep
        ) {
            self.key = key
            self.type = type
            self.tenantID = tenantID
            self.createdBy = createdBy
        }
    }

    /// Makes a command that changes what is given.
    public init(
        tenant: TenantNumber, number: EntityNumber, expectedVersion: String? = nil, name: Patch<String> = .keep,
        description: Patch<String> = .keep, status: Patch<String> = .keep,
        maxRedemptionsTotal: Patch<Int64> = .keep, perUserLimit: Patch<Int64> = .keep,
        startsAt: Patch<Timestamp> = .keep, endsAt: Patch<Timestamp> = .keep,
        rewardPolicy: Patch<[UInt8]> = .keep, grant: Patch<[UInt8]> = .keep
    ) {
        self.tenant = tenant
        self.number = number
        self.expectedVersion = expectedVersion
        self.name = name
        self.description = description
        self.status = status
        self.maxRedemptionsTotal = maxRedemptionsTotal
        self.perUserLimit = perUserLimit
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.rewardPolicy = rewardPolicy
        self.grant = grant
    }
}

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
    /// What it is for.
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
