/// The filter of a list of redemptions.
public struct RedemptionQuery: Sendable {
    /// Whose redemptions.
    public var tenant: TenantNumber
    /// Only those of a code.
    public var code: EntityNumber?
    /// Only those in a campaign.
    public var campaign: EntityNumber?
    /// Only those of a person.
    public var redeemer: AccountID?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, code: EntityNumber? = nil, campaign: EntityNumber? = nil, redeemer: AccountID? = nil,
        page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.code = code
        self.campaign = campaign
        self.redeemer = redeemer
        self.page = page
    }
}
