internal import Store

/// The fields of a redemption's row where they lie: for readers that need no text.
package struct RedemptionFields {
    /// The fields that it shares with holds.
    package var claim: ClaimFields
    /// Nil while it is live.
    package var releasedMilliseconds: UInt64?

    /// True if somebody brought the redeemer.
    package var hasReferral: Bool

    /// True if its places were given back.
    package var isReleased: Bool { releasedMilliseconds != nil }

    static let formatVersion: UInt8 = 1

    /// Reads the row of a redemption.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        let flags = try reader.claimFlags(
            RedemptionFields.formatVersion, of: ClaimFlags.all | ClaimFlags.referral)
        hasReferral = flags & ClaimFlags.referral != 0
        claim = ClaimFields(flags, target: &reader)
        try claim.readPlaces(flags, &reader)
        releasedMilliseconds = flags & ClaimFlags.ending != 0 ? reader.integer(width: 6) : nil
        try reader.finish()
    }
}
