internal import Store

extension Hold {
    static let formatVersion: UInt8 = 1

    /// Writes the row of a hold.
    func encode(packed: PackedAccount, to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if code != nil { flags |= ClaimFlags.code }
        if campaign != nil { flags |= ClaimFlags.campaign }
        if invitation != nil { flags |= ClaimFlags.invitation }
        if hasMetadata { flags |= ClaimFlags.metadata }
        if quantity != 1 { flags |= ClaimFlags.quantity }
        if redemption != nil { flags |= ClaimFlags.ending }
        writer.append(byte: Hold.formatVersion)
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
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Hold {
        var reader = ValueReader(bytes)
        guard reader.byte() == formatVersion else { damagedRecord("holds") }
        let flags = reader.byte()
        guard let state = HoldState(rawValue: reader.byte()) else { damagedRecord("holds") }
        let code = flags & ClaimFlags.code != 0 ? reader.entity() : nil
        let campaign = flags & ClaimFlags.campaign != 0 ? reader.entity() : nil
        let createdAt = reader.instant()
        let expiresAt = reader.instant()
        let quantity = flags & ClaimFlags.quantity != 0 ? UInt32(truncatingIfNeeded: reader.compact()) : 1
        let redeemer = reader.account()
        let invitation = flags & ClaimFlags.invitation != 0 ? reader.compact() : nil
        let redemption = flags & ClaimFlags.ending != 0 ? reader.entity() : nil
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("holds") }
        return Hold(
            number: number, code: code, campaign: campaign, redeemer: redeemer, quantity: quantity, state: state,
            createdAt: createdAt, expiresAt: expiresAt, redemption: redemption, invitation: invitation,
            hasMetadata: flags & ClaimFlags.metadata != 0)
    }
}
