internal import Store

/// The fields of a hold's row where they lie: what everybody reads who needs no text.
package struct HoldFields: Equatable {
    /// 0 without one.
    package var code: UInt64
    /// 0 without one.
    package var campaign: UInt64
    package var state: HoldState
    package var createdMilliseconds: UInt64
    package var endMilliseconds: UInt64
    package var quantity: UInt32
    /// Where the redeemer stands in the row, in its stored form.
    package var redeemer: RowBytes
    package var invitation: UInt64?
    /// The redemption that it became; 0 for none.
    package var redemption: UInt64
    package var hasMetadata: Bool

    static let formatVersion: UInt8 = 1

    /// Reads the row of a hold.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        try reader.version(HoldFields.formatVersion)
        let flags = reader.byte()
        guard flags & ~ClaimFlags.all == 0, let state = HoldState(rawValue: reader.byte()) else { throw .value }
        self.state = state
        code = flags & ClaimFlags.code != 0 ? reader.compact() : 0
        campaign = flags & ClaimFlags.campaign != 0 ? reader.compact() : 0
        createdMilliseconds = reader.integer(width: 6)
        endMilliseconds = reader.integer(width: 6)
        let places = flags & ClaimFlags.quantity != 0 ? reader.compact() : 1
        quantity = UInt32(truncatingIfNeeded: places)
        redeemer = reader.accountBytes()
        invitation = flags & ClaimFlags.invitation != 0 ? reader.compact() : nil
        redemption = flags & ClaimFlags.ending != 0 ? reader.compact() : 0
        hasMetadata = flags & ClaimFlags.metadata != 0
        try reader.finish()
        guard places == UInt64(quantity) else { throw .value }
    }
}
