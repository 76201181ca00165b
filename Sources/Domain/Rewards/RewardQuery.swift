/// The filter of a list of rewards.
public struct RewardQuery: Sendable {
    /// Whose rewards.
    public var tenant: TenantNumber
    /// Only those in a state.
    public var state: RewardState?
    /// Only those of a party.
    public var party: RewardParty?
    /// Only those of a person.
    public var beneficiary: AccountID?
    /// Only those in a campaign.
    public var campaign: EntityNumber?
    /// Only those of a referral.
    public var referral: EntityNumber?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, state: RewardState? = nil, party: RewardParty? = nil, beneficiary: AccountID? = nil,
        campaign: EntityNumber? = nil, referral: EntityNumber? = nil, page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.state = state
        self.party = party
        self.beneficiary = beneficiary
        self.campaign = campaign
        self.referral = referral
        self.page = page
    }
}
