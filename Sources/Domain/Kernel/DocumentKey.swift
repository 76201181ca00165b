internal import Store

/// (tenant, number, part): the key of a part of a document.
struct DocumentKey: RecordID, Equatable {
    var tenant: TenantNumber
    var number: EntityNumber
    var part: UInt8

    var key: Key { RecordKeys.document(tenant, number, part: part) }
}

extension DocumentKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        number = reader.entity()
        part = reader.byte()
        guard reader.isFinished else { return nil }
    }
}
