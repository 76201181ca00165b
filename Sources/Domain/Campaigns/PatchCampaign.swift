public import Journal

/// Changes a campaign: the fields that are given.
///
/// Key and type never change.
public struct PatchCampaign: Sendable {
    /// Whose campaign.
    public var tenant: TenantNumber
    /// Which campaign.
    public var campaign: CampaignName
    /// The versions of which the caller wants to change one (`If-Match`); nil means whatever it is.
    public var expectedVersions: [String]?
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
    /// Members that never change, as far as the caller sends them.
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
        tenant: TenantNumber, campaign: CampaignName, expectedVersions: [String]? = nil, name: Patch<String> = .keep,
        description: Patch<String> = .keep, status: Patch<String> = .keep,
        maxRedemptionsTotal: Patch<Int64> = .keep, perUserLimit: Patch<Int64> = .keep,
        startsAt: Patch<Timestamp> = .keep, endsAt: Patch<Timestamp> = .keep,
        rewardPolicy: Patch<[UInt8]> = .keep, grant: Patch<[UInt8]> = .keep
    ) {
        self.tenant = tenant
        self.campaign = campaign
        self.expectedVersions = expectedVersions
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

    /// Makes a command that changes what is given of the campaign with a number.
    public init(
        tenant: TenantNumber, number: EntityNumber, expectedVersions: [String]? = nil, name: Patch<String> = .keep,
        description: Patch<String> = .keep, status: Patch<String> = .keep,
        maxRedemptionsTotal: Patch<Int64> = .keep, perUserLimit: Patch<Int64> = .keep,
        startsAt: Patch<Timestamp> = .keep, endsAt: Patch<Timestamp> = .keep,
        rewardPolicy: Patch<[UInt8]> = .keep, grant: Patch<[UInt8]> = .keep
    ) {
        self.init(
            tenant: tenant, campaign: CampaignName(number), expectedVersions: expectedVersions, name: name,
            description: description, status: status, maxRedemptionsTotal: maxRedemptionsTotal,
            perUserLimit: perUserLimit, startsAt: startsAt, endsAt: endsAt, rewardPolicy: rewardPolicy, grant: grant)
    }
}
