internal import Store

/// The fields that the rows of redemptions and holds share, where they lie: for readers that need no text.
package struct ClaimFields: Equatable {
    /// 0 without one.
    package var code: UInt64
    /// 0 without one.
    package var campaign: UInt64
    /// The time at which the claim was decided.
    package var claimedMilliseconds: UInt64
    package var quantity: UInt32 = 1
    /// Where the redeemer stands in the row, in its stored form.
    package var redeemer = RowBytes(offset: 0, count: 0)
    package var invitation: UInt64?
    package var hasMetadata: Bool

    /// Reads the code, the campaign and the time; ``readPlaces(_:_:)`` reads the rest.
    @inline(__always)
    init(_ flags: UInt8, target reader: inout ValueReader) {
        code = flags & ClaimFlags.code != 0 ? reader.compact() : 0
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        claimedMilliseconds = reader.integer(width: 6)
        hasMetadata = flags & ClaimFlags.metadata != 0
    }

    /// Reads the places, the redeemer and the invitation.
    @inline(__always)
    mutating func readPlaces(_ flags: UInt8, _ reader: inout ValueReader) throws(RecordDamage) {
        let places = flags & ClaimFlags.quantity != 0 ? reader.compact() : 1
        guard let quantity = UInt32(exactly: places) else { throw .value }
        self.quantity = quantity
        redeemer = reader.accountBytes()
        invitation = flags & ClaimFlags.invitation != 0 ? reader.compact() : nil
    }
}

extension ValueReader {
    /// Reads the beginning of a claim's row: its version and its flags.
    @inline(__always)
    mutating func claimFlags(_ version: UInt8, of all: UInt8 = ClaimFlags.all) throws(RecordDamage) -> UInt8 {
        try self.version(version)
        let flags = byte()
        guard flags & ~all == 0 else { throw .value }
        return flags
    }
}
