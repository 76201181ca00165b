internal import Journal
internal import Store

extension Redemption: ClaimRow {
    var hasEnding: Bool { releasedAt != nil }

    func encode(packed: PackedAccount, to writer: inout ValueWriter) {
        writer.append(byte: RedemptionFields.formatVersion)
        writer.append(byte: hasReferral ? flags | ClaimFlags.referral : flags)
        appendTarget(to: &writer)
        writer.append(instant: redeemedAt)
        appendPlaces(packed, to: &writer)
        if let releasedAt { writer.append(instant: releasedAt) }
    }

    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage) {
        let fields = try RedemptionFields(decoding: bytes)
        let claim = fields.claim
        self.init(
            number: number, code: EntityNumber(ifAny: claim.code), campaign: EntityNumber(ifAny: claim.campaign),
            redeemer: try AccountID(in: bytes, at: claim.redeemer), quantity: claim.quantity,
            redeemedAt: Timestamp(milliseconds: Int64(claim.claimedMilliseconds)),
            releasedAt: fields.releasedMilliseconds.map { Timestamp(milliseconds: Int64($0)) },
            invitation: claim.invitation, hasMetadata: claim.hasMetadata, hasReferral: fields.hasReferral)
    }

    /// Reads the row of a final claim, which is one.
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Redemption {
        trusted("redemptions") { () throws(RecordDamage) in try Redemption(number, decoding: bytes) }
    }
}
