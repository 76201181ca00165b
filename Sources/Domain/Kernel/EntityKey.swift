internal import Store

/// (tenant, number): the key of a thing's row.
struct EntityKey: RecordID, Hashable {
    var tenant: TenantNumber
    var number: EntityNumber

    var key: Key { RecordKeys.entity(tenant, number) }
}

extension EntityKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        number = reader.entity()
        guard reader.isFinished else { return nil }
    }
}
