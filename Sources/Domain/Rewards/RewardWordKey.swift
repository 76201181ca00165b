internal import Store

/// (tenant, word): the key of a word of reward policies.
struct RewardWordKey: RecordID, Equatable {
    var tenant: TenantNumber
    var word: UInt32

    var key: Key { RecordKeys.entity(tenant, EntityNumber(rawValue: UInt64(word))) }
}

extension RewardWordKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        guard let word = UInt32(exactly: reader.compact()), reader.isFinished else { return nil }
        self.word = word
    }
}
