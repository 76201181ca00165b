internal import Store

/// The fields of a hold's row where they lie: for readers that need no text.
package struct HoldFields: Equatable {
    /// The fields that it shares with redemptions.
    package var claim: ClaimFields
    package var state: HoldState
    package var endMilliseconds: UInt64
    /// The redemption that it became; 0 for none.
    package var redemption: UInt64

    static let formatVersion: UInt8 = 1

    /// Reads the row of a hold.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        let flags = try reader.claimFlags(HoldFields.formatVersion)
        guard let state = HoldState(rawValue: reader.byte()) else { throw .value }
        self.state = state
        claim = ClaimFields(flags, target: &reader)
        endMilliseconds = reader.integer(width: 6)
        try claim.readPlaces(flags, &reader)
        redemption = flags & ClaimFlags.ending != 0 ? reader.compact() : 0
        try reader.finish()
    }
}
