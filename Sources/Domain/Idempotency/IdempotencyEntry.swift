internal import Crypto
internal import Journal
internal import Store

/// The key of a stored answer by its time: (tenant, creation, credential, hash).
struct IdempotencyEntry: Equatable {
    var tenant: TenantNumber
    var createdAt: Timestamp
    var credential: EntityNumber
    var hash: [UInt8]

    init(_ answer: IdempotencyKey, _ createdAt: Timestamp) {
        tenant = answer.tenant
        self.createdAt = createdAt
        credential = answer.credential
        hash = answer.hash
    }

    /// The answer.
    var answer: IdempotencyKey { IdempotencyKey(tenant: tenant, credential: credential, hash: hash) }

    var key: Key {
        var key = RecordKeys.live(tenant, createdAt, credential)
        key.append(bytes: hash)
        return key
    }
}

extension IdempotencyEntry: RecordID {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        createdAt = reader.bigEndianInstant()
        credential = reader.entity()
        hash = reader.bytes(32)
        guard reader.isFinished else { return nil }
    }
}
