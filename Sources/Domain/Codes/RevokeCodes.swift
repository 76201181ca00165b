/// Takes codes back, many in one command.
public struct RevokeCodes: Sendable {
    /// The codes that are meant.
    public enum Selection: Sendable {
        /// All that a campaign has at that time.
        case campaign(EntityNumber)
        /// The same, by the campaign's key.
        case campaignKey(String)
        /// Those with these texts, in any spelling.
        case texts([String])
        /// Those with these numbers.
        case numbers([EntityNumber])
    }

    /// Whose codes.
    public var tenant: TenantNumber
    /// Which codes.
    public var selection: Selection
    /// True if one that is not there keeps all others as they are.
    public var atomic: Bool

    /// Makes a command.
    public init(tenant: TenantNumber, _ selection: Selection, atomic: Bool = false) {
        self.tenant = tenant
        self.selection = selection
        self.atomic = atomic
    }
}
