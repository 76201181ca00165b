/// The filter of a list of codes.
public struct CodeQuery: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// Only the one with a text.
    public var text: CodeText?
    /// Only those of a campaign.
    public var campaign: EntityNumber?
    /// Only those in a state, as of the time of the query.
    public var state: CodeState?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, text: CodeText? = nil, campaign: EntityNumber? = nil, state: CodeState? = nil,
        page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.text = text
        self.campaign = campaign
        self.state = state
        self.page = page
    }
}
