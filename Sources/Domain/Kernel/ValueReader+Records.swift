internal import Store

extension ValueReader {
    /// Ends the reading of a record.
    ///
    /// - Throws: ``RecordDamage`` when a field could not be read or bytes are left.
    @inline(__always)
    func finish() throws(RecordDamage) {
        guard !failed else { throw .fields }
        guard remaining == 0 else { throw .rest }
    }

    /// True if everything was read, and nothing beyond.
    var isFinished: Bool { !failed && remaining == 0 }

    /// Reads the version byte.
    @inline(__always)
    mutating func version(_ known: UInt8) throws(RecordDamage) {
        guard byte() == known else { throw .version }
    }

    /// A tenant's number in its compact form.
    mutating func tenant() -> TenantNumber {
        guard let number = UInt32(exactly: compact()) else {
            damaged()
            return .system
        }
        return TenantNumber(rawValue: number)
    }

    /// Everything that is left.
    mutating func rest() -> [UInt8] { bytes(remaining) }
}
