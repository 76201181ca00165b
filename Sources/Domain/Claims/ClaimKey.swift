internal import Store

/// (tenant, redeemer, kind, number): the key of what one person has.
struct ClaimKey: RecordID, Equatable {
    var tenant: TenantNumber
    var redeemer: AccountID
    var kind: ClaimKeyKind
    var number: EntityNumber

    var key: Key { RecordKeys.claim(tenant, PackedAccount(redeemer), kind, number) }
}

extension ClaimKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        redeemer = reader.account()
        guard let kind = ClaimKeyKind(rawValue: reader.byte()) else { return nil }
        self.kind = kind
        number = reader.entity()
        guard reader.isFinished else { return nil }
    }
}
