internal import Store

/// (tenant, 32 bytes): the key of something that is found by a hash.
struct HashKey: RecordID, Equatable {
    var tenant: TenantNumber
    var hash: [UInt8]

    var key: Key { RecordKeys.bytes(tenant, hash) }
}

extension HashKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        hash = reader.bytes(32)
        guard reader.isFinished else { return nil }
    }
}
