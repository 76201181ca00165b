internal import Journal
internal import Store

extension Hold {
    /// Writes the row of a hold.
    func encode(packed: PackedAccount, to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if code != nil { flags |= ClaimFlags.code }
        if campaign != nil { flags |= ClaimFlags.campaign }
        if invitation != nil { flags |= ClaimFlags.invitation }
        if hasMetadata { flags |= ClaimFlags.metadata }
        if quantity != 1 { flags |= ClaimFlags.quantity }
        if redemption != nil { flags |= ClaimFlags.ending }
        writer.append(byte: HoldFields.formatVersion)
        writer.append(byte: flags)
        writer.append(byte: state.rawValue)
        if let code { writer.append(entity: code) }
        if let campaign { writer.append(entity: campaign) }
        writer.append(instant: createdAt)
        writer.append(instant: expiresAt)
        if quantity != 1 { writer.append(compact: UInt64(quantity)) }
        packed.append(to: &writer)
        if let invitation { writer.append(compact: invitation) }
        if let redemption { writer.append(entity: redemption) }
    }

    /// Reads the row of a hold.
    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage) {
        let fields = try HoldFields(decoding: bytes)
        self.init(
            number: number, code: EntityNumber(ifAny: fields.code), campaign: EntityNumber(ifAny: fields.campaign),
            redeemer: try AccountID(in: bytes, at: fields.redeemer), quantity: fields.quantity, state: fields.state,
            createdAt: Timestamp(milliseconds: Int64(fields.createdMilliseconds)),
            expiresAt: Timestamp(milliseconds: Int64(fields.endMilliseconds)),
            redemption: EntityNumber(ifAny: fields.redemption), invitation: fields.invitation,
            hasMetadata: fields.hasMetadata)
    }

    /// Reads the row of a hold, which is one.
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Hold {
        trusted("holds") { () throws(RecordDamage) in try Hold(number, decoding: bytes) }
    }
}
