internal import Store

/// The record of a campaign's live redemptions.
enum Tally {
    /// Reads one.
    @inline(__always)
    static func read(_ bytes: RawSpan) throws(RecordDamage) -> UInt64 {
        var reader = ValueReader(bytes)
        let tally: UInt64 = reader.integer()
        try reader.finish()
        return tally
    }

    /// Reads what is one.
    static func decode(_ bytes: RawSpan) -> UInt64 {
        trusted("tallies") { () throws(RecordDamage) in try read(bytes) }
    }
}
