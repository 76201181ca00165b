internal import Store

/// What counts of a redemption.
package struct RedemptionFacts {
    package var code: UInt64
    package var campaign: UInt64
    package var redeemedMilliseconds: UInt64
    package var quantity: UInt64
    package var isReleased: Bool
    /// Where the redeemer stands in the row, in its stored form.
    package var redeemer: RowBytes

    /// Reads the row of a redemption; nil when the bytes are not one.
    package init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let version = reader.byte()
        let flags = reader.byte()
        code = flags & ClaimFlags.code != 0 ? reader.compact() : 0
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        redeemedMilliseconds = reader.integer(width: 6)
        quantity = flags & ClaimFlags.quantity != 0 ? reader.compact() : 1
        redeemer = reader.accountBytes()
        isReleased = flags & ClaimFlags.ending != 0
        guard version == Redemption.formatVersion, !reader.failed else { return nil }
    }
}
