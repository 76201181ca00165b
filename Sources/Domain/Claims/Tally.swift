internal import Store

/// The record of a campaign's live redemptions.
enum Tally {
    static func decode(_ bytes: RawSpan) -> UInt64 {
        var reader = ValueReader(bytes)
        return reader.integer(UInt64.self)
    }
}
