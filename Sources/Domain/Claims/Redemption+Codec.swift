internal import Store

extension Redemption {
    static let formatVersion: UInt8 = 1

    /// Writes the row of a final claim.
    func encode(packed: PackedAccount, to writer: inout ValueWriter) {
        var flags: UInt8 = 0
        if code != nil { flags |= ClaimFlags.code }
        if campaign != nil { flags |= ClaimFlags.campaign }
        if invitation != nil { flags |= ClaimFlags.invitation }
        if hasMetadata { flags |= ClaimFlags.metadata }
        if quantity != 1 { flags |= ClaimFlags.quantity }
        if releasedAt != nil { flags |= ClaimFlags.ending }
        writer.append(byte: Redemption.formatVersion)
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
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Redemption {
        var reader = ValueReader(bytes)
        guard reader.byte() == formatVersion else { damagedRecord("redemptions") }
        let flags = reader.byte()
        let code = flags & ClaimFlags.code != 0 ? reader.entity() : nil
        let campaign = flags & ClaimFlags.campaign != 0 ? reader.entity() : nil
        let redeemedAt = reader.instant()
        let quantity = flags & ClaimFlags.quantity != 0 ? UInt32(truncatingIfNeeded: reader.compact()) : 1
        let redeemer = reader.account()
        let invitation = flags & ClaimFlags.invitation != 0 ? reader.compact() : nil
        let releasedAt = flags & ClaimFlags.ending != 0 ? reader.instant() : nil
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("redemptions") }
        return Redemption(
            number: number, code: code, campaign: campaign, redeemer: redeemer, quantity: quantity,
            redeemedAt: redeemedAt, releasedAt: releasedAt, invitation: invitation,
            hasMetadata: flags & ClaimFlags.metadata != 0)
    }
}
