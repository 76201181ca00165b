public import Journal

/// Changes a code.
public struct PatchCode: Sendable {
    /// Whose code.
    public var tenant: TenantNumber
    /// Which code.
    public var number: EntityNumber
    /// The versions of which the caller wants to change one (`If-Match`); nil means whatever it is.
    public var expectedVersions: [String]?
    /// The new number of places; never below what is taken.
    public var maxUses: Patch<Int64>
    /// The new end; `.set(nil)` removes it.
    public var expiresAt: Patch<Timestamp>

    /// Makes a command that changes what is given.
    public init(
        tenant: TenantNumber, number: EntityNumber, expectedVersions: [String]? = nil, maxUses: Patch<Int64> = .keep,
        expiresAt: Patch<Timestamp> = .keep
    ) {
        self.tenant = tenant
        self.number = number
        self.expectedVersions = expectedVersions
        self.maxUses = maxUses
        self.expiresAt = expiresAt
    }
}
