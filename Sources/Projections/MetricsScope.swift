public import Domain

/// The scope of figures: a whole tenant, or one of its campaigns.
public struct MetricsScope: Hashable, Sendable {
    /// Whose figures.
    public var tenant: TenantNumber
    /// The campaign; nil for everything of the tenant, also what is in no campaign.
    public var campaign: EntityNumber?

    /// Names a scope.
    public init(tenant: TenantNumber, campaign: EntityNumber? = nil) {
        self.tenant = tenant
        self.campaign = campaign
    }
}
