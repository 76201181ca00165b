internal import Crypto
internal import Store

/// Names the request of a stored answer: the caller's credential and its `Idempotency-Key`.
public struct IdempotencyKey: Hashable, Sendable {
    /// The tenant that the request was for.
    public let tenant: TenantNumber
    /// Who asked; 0 for the root key.
    public let credential: EntityNumber
    /// SHA-256 of the key's text, 32 bytes.
    public let hash: [UInt8]

    /// Hashes a key's text.
    public init(tenant: TenantNumber, credential: EntityNumber, key: String) {
        self.tenant = tenant
        self.credential = credential
        hash = Array(SHA256.hash(data: Array(key.utf8)))
    }
}

extension IdempotencyKey {
    init(tenant: TenantNumber, credential: EntityNumber, hash: [UInt8]) {
        self.tenant = tenant
        self.credential = credential
        self.hash = hash
    }
}
