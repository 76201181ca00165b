internal import Crypto
internal import Journal
internal import Store

/// A stored answer that has outlived its time.
public struct IdempotencyEntry: Equatable, Sendable {
    let tenant: TenantNumber
    let createdAt: Timestamp
    let credential: EntityNumber
    let hash: [UInt8]
}

extension IdempotencyEntry {
    /// Reads what stands behind the tenant in a key of `idempotency_by_time`.
    init(tenant: TenantNumber, decoding key: RawSpan) {
        var reader = ValueReader(key)
        self.tenant = tenant
        createdAt = reader.bigEndianInstant()
        credential = reader.entity()
        hash = reader.bytes(32)
    }
}
