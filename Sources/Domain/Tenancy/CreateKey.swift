internal import Crypto
public import Journal

/// Makes an API key.
public struct CreateKey: Sendable {
    /// Whose key.
    public var tenant: TenantNumber
    /// For people, 1…255 characters.
    public var name: String
    /// At least one of `claims`, `read`, `admin`, `replicate`, `root`.
    public var scopes: [String]
    /// When it stops working, after now; nil means never.
    public var expiresAt: Timestamp?

    /// Makes a command.
    public init(tenant: TenantNumber, name: String, scopes: [String], expiresAt: Timestamp? = nil) {
        self.tenant = tenant
        self.name = name
        self.scopes = scopes
        self.expiresAt = expiresAt
    }
}
