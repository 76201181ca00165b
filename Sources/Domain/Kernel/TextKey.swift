internal import Store

/// (tenant, text): the key of a unique text.
struct TextKey: RecordID, Equatable {
    var tenant: TenantNumber
    var text: String

    var key: Key { RecordKeys.text(tenant, text) }
}

extension TextKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        text = reader.text(reader.remaining)
        guard reader.isFinished else { return nil }
    }
}
