internal import Store

extension EntityNumber {
    /// A number that was read of a field that can be absent; nothing has the number 0.
    @inline(__always)
    init?(ifAny number: UInt64) {
        guard number != 0 else { return nil }
        self.init(rawValue: number)
    }

    /// Reads a record that is nothing but a number.
    @inline(__always)
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        self.init(rawValue: reader.compact())
        try reader.finish()
    }
}
