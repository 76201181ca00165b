internal import Store

/// (tenant, owner, block): the key of 64 neighbouring numbers of an index.
struct NumberBlockKey: RecordID, Equatable {
    var tenant: TenantNumber
    var owner: EntityNumber
    var block: UInt64

    var key: Key { RecordKeys.indexBlock(tenant, owner, block) }
}

extension NumberBlockKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        owner = reader.entity()
        block = reader.compact()
        // The numbers of a block further up would not fit 64 bits.
        guard block <= .max / NumberIndex.blockSize else { return nil }
        guard reader.isFinished else { return nil }
    }
}
