/// The filter of a list of referrals.
public struct ReferralQuery: Sendable {
    /// Whose referrals.
    public var tenant: TenantNumber
    /// Only those that stand so.
    public var status: ReferralStatus?
    /// Only those in a campaign.
    public var campaign: EntityNumber?
    /// Only those that a person has made.
    public var referrer: AccountID?
    /// Only those by which a person came.
    public var referee: AccountID?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, status: ReferralStatus? = nil, campaign: EntityNumber? = nil,
        referrer: AccountID? = nil, referee: AccountID? = nil, page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.status = status
        self.campaign = campaign
        self.referrer = referrer
        self.referee = referee
        self.page = page
    }
}
