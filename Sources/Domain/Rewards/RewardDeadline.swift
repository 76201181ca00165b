internal import Journal
internal import Store

/// A reward that the clock brings to its next state: the end of its holding time, or its expiry.
struct RewardDeadline: RecordID, Equatable {
    var tenant: TenantNumber
    var due: Timestamp
    var number: EntityNumber

    var key: Key { RecordKeys.live(tenant, due, number) }
}

extension RewardDeadline {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        due = reader.bigEndianInstant()
        number = reader.entity()
        guard reader.isFinished else { return nil }
    }
}
