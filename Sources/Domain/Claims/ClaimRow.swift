internal import Store

/// A row of a claim, final or a hold: the fields that both kinds have, and how they are written.
protocol ClaimRow: Equatable, Sendable {
    var code: EntityNumber? { get }
    var campaign: EntityNumber? { get }
    var redeemer: AccountID { get }
    var quantity: UInt32 { get }
    var invitation: UInt64? { get }
    var hasMetadata: Bool { get }
    /// True if the row ends with ``ClaimFlags/ending``'s field.
    var hasEnding: Bool { get }

    /// Writes the row, with the redeemer in the form in which it is stored.
    func encode(packed: PackedAccount, to writer: inout ValueWriter)

    /// Reads the row.
    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage)
}

extension ClaimRow {
    /// The bits that say which optional fields the row has.
    @inline(__always)
    var flags: UInt8 {
        var flags: UInt8 = 0
        if code != nil { flags |= ClaimFlags.code }
        if campaign != nil { flags |= ClaimFlags.campaign }
        if invitation != nil { flags |= ClaimFlags.invitation }
        if hasMetadata { flags |= ClaimFlags.metadata }
        if quantity != 1 { flags |= ClaimFlags.quantity }
        if hasEnding { flags |= ClaimFlags.ending }
        return flags
    }

    /// Writes the code and the campaign.
    @inline(__always)
    func appendTarget(to writer: inout ValueWriter) {
        if let code { writer.append(entity: code) }
        if let campaign { writer.append(entity: campaign) }
    }

    /// Writes the places, the redeemer and the invitation.
    @inline(__always)
    func appendPlaces(_ packed: PackedAccount, to writer: inout ValueWriter) {
        if quantity != 1 { writer.append(compact: UInt64(quantity)) }
        packed.append(to: &writer)
        if let invitation { writer.append(compact: invitation) }
    }
}
