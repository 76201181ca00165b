internal import Journal
internal import Store

extension Hold: ClaimRow {
    var hasEnding: Bool { redemption != nil }

    func encode(packed: PackedAccount, to writer: inout ValueWriter) {
        writer.append(byte: HoldFields.formatVersion)
        writer.append(byte: flags)
        writer.append(byte: state.rawValue)
        appendTarget(to: &writer)
        writer.append(instant: createdAt)
        writer.append(instant: expiresAt)
        appendPlaces(packed, to: &writer)
        if let redemption { writer.append(entity: redemption) }
    }

    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage) {
        let fields = try HoldFields(decoding: bytes)
        let claim = fields.claim
        self.init(
            number: number, code: EntityNumber(ifAny: claim.code), campaign: EntityNumber(ifAny: claim.campaign),
            redeemer: try AccountID(in: bytes, at: claim.redeemer), quantity: claim.quantity, state: fields.state,
            createdAt: Timestamp(milliseconds: Int64(claim.claimedMilliseconds)),
            expiresAt: Timestamp(milliseconds: Int64(fields.endMilliseconds)),
            redemption: EntityNumber(ifAny: fields.redemption), invitation: claim.invitation,
            hasMetadata: claim.hasMetadata)
    }

    /// Reads the row of a hold, which is one.
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Hold {
        trusted("holds") { () throws(RecordDamage) in try Hold(number, decoding: bytes) }
    }
}
