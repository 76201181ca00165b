internal import Journal
internal import Store

extension Redemption {
    /// Writes the row of a final claim.
    func encode(packed: PackedAccount, to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if code != nil { flags |= ClaimFlags.code }
        if campaign != nil { flags |= ClaimFlags.campaign }
        if invitation != nil { flags |= ClaimFlags.invitation }
        if hasMetadata { flags |= ClaimFlags.metadata }
        if quantity != 1 { flags |= ClaimFlags.quantity }
        if releasedAt != nil { flags |= ClaimFlags.ending }
        writer.append(byte: RedemptionFields.formatVersion)
        writer.append(byte: flags)
        if let code { writer.append(entity: code) }
        if let campaign { writer.append(entity: campaign) }
        writer.append(instant: redeemedAt)
        if quantity != 1 { writer.append(compact: UInt64(quantity)) }
        packed.append(to: &writer)
        if let invitation { writer.append(compact: invitation) }
        if let releasedAt { writer.append(instant: releasedAt) }
    }

    /// Reads the row of a final claim.
    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage) {
        let fields = try RedemptionFields(decoding: bytes)
        self.init(
            number: number, code: EntityNumber(ifAny: fields.code), campaign: EntityNumber(ifAny: fields.campaign),
            redeemer: try AccountID(in: bytes, at: fields.redeemer), quantity: fields.quantity,
            redeemedAt: Timestamp(milliseconds: Int64(fields.redeemedMilliseconds)),
            releasedAt: fields.releasedMilliseconds.map { Timestamp(milliseconds: Int64($0)) },
            invitation: fields.invitation, hasMetadata: fields.hasMetadata)
    }

    /// Reads the row of a final claim, which is one.
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Redemption {
        trusted("redemptions") { () throws(RecordDamage) in try Redemption(number, decoding: bytes) }
    }
}
