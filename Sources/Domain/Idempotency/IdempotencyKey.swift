internal import Crypto
internal import Store

/// Which request a stored answer belongs to: the caller's credential and its `Idempotency-Key`.
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
    /// Reads what stands behind the tenant in a key of `idempotency`; nil for other parts than the first.
    init?(firstPart key: RawSpan, tenant: TenantNumber) {
        var reader = ValueReader(key)
        self.tenant = tenant
        credential = reader.entity()
        hash = reader.bytes(32)
        guard reader.compact() == 0, !reader.failed else { return nil }
    }

    init(_ entry: IdempotencyEntry) {
        tenant = entry.tenant
        credential = entry.credential
        hash = entry.hash
    }
}
