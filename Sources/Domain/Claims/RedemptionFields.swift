internal import Store

/// The fields of a redemption's row where they lie: what everybody reads who needs no text.
package struct RedemptionFields {
    /// 0 without one.
    package var code: UInt64
    /// 0 without one.
    package var campaign: UInt64
    package var redeemedMilliseconds: UInt64
    package var quantity: UInt32
    /// Where the redeemer stands in the row, in its stored form.
    package var redeemer: RowBytes
    package var invitation: UInt64?
    /// Nil while it is live.
    package var releasedMilliseconds: UInt64?
    package var hasMetadata: Bool

    /// True if its places were given back.
    package var isReleased: Bool { releasedMilliseconds != nil }

    static let formatVersion: UInt8 = 1

    /// Reads the row of a redemption.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        try reader.version(RedemptionFields.formatVersion)
        let flags = reader.byte()
        guard flags & ~ClaimFlags.all == 0 else { throw .value }
        code = flags & ClaimFlags.code != 0 ? reader.compact() : 0
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        redeemedMilliseconds = reader.integer(width: 6)
        let places = flags & ClaimFlags.quantity != 0 ? reader.compact() : 1
        quantity = UInt32(truncatingIfNeeded: places)
        redeemer = reader.accountBytes()
        invitation = flags & ClaimFlags.invitation != 0 ? reader.compact() : nil
        releasedMilliseconds = flags & ClaimFlags.ending != 0 ? reader.integer(width: 6) : nil
        hasMetadata = flags & ClaimFlags.metadata != 0
        try reader.finish()
        guard places == UInt64(quantity) else { throw .value }
    }
}
