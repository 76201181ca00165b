/// Takes a reward back.
public struct ReverseReward: Sendable {
    /// Whose reward.
    public var tenant: TenantNumber
    /// Which reward.
    public var number: EntityNumber
    /// The reason, 1…255 characters, which stays with the reward.
    public var reason: String

    /// Makes a command.
    public init(tenant: TenantNumber, number: EntityNumber, reason: String) {
        self.tenant = tenant
        self.number = number
        self.reason = reason
    }
}
