internal import Store

/// (tenant, kind, number): the key of a counter or tally.
struct TargetKey: RecordID, Equatable {
    var tenant: TenantNumber
    var kind: TargetKind
    var number: EntityNumber

    var key: Key { RecordKeys.target(tenant, kind, number) }
}

extension TargetKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        guard let kind = TargetKind(rawValue: reader.byte()) else { return nil }
        self.kind = kind
        number = reader.entity()
        guard reader.isFinished else { return nil }
    }
}
