internal import Store

extension AccountID {
    /// Reads an id's stored form; nil when the bytes are not one.
    package init?(packed bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let account = reader.account()
        guard !reader.failed, reader.remaining == 0 else { return nil }
        self = account
    }
}
