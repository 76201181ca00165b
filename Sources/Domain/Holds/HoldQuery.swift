/// The filter of a list of holds.
public struct HoldQuery: Sendable {
    /// Whose holds.
    public var tenant: TenantNumber
    /// Only those in a state, as of the time of the query.
    public var state: HoldState?
    /// Only those on a code.
    public var code: EntityNumber?
    /// Only those in a campaign.
    public var campaign: EntityNumber?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, state: HoldState? = nil, code: EntityNumber? = nil, campaign: EntityNumber? = nil,
        page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.state = state
        self.code = code
        self.campaign = campaign
        self.page = page
    }
}
