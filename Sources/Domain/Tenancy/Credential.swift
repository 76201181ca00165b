internal import Crypto
public import Journal

/// The tenant, the scopes and the end of a valid key.
public struct Credential: Equatable, Sendable {
    /// Whose key.
    public var tenant: TenantNumber
    /// The key's number; 0 for the root key, which has no row.
    public var number: EntityNumber
    /// The scopes of the key.
    public var scopes: KeyScopes
    /// When it stops working.
    public var expiresAt: Timestamp?

    /// Makes a value.
    public init(tenant: TenantNumber, number: EntityNumber, scopes: KeyScopes, expiresAt: Timestamp? = nil) {
        self.tenant = tenant
        self.number = number
        self.scopes = scopes
        self.expiresAt = expiresAt
    }
}
