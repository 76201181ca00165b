internal import Store

/// (tenant, redeemer, redemption): the key of a redemption that was given back.
struct ReleasedKey: RecordID, Equatable {
    var tenant: TenantNumber
    var redeemer: AccountID
    var redemption: EntityNumber

    var key: Key { RecordKeys.released(tenant, PackedAccount(redeemer), redemption) }
}

extension ReleasedKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        redeemer = reader.account()
        redemption = reader.entity()
        guard reader.isFinished else { return nil }
    }
}
