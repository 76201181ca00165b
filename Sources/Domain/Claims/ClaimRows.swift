internal import Store

/// Flag bits that redemptions and holds share: which optional fields follow.
enum ClaimFlags {
    static let code: UInt8 = 1
    static let campaign: UInt8 = 2
    static let invitation: UInt8 = 4
    static let metadata: UInt8 = 8
    /// Absent means one place, so that the usual row is two bytes shorter.
    static let quantity: UInt8 = 16
    /// A redemption's release; a hold's redemption.
    static let ending: UInt8 = 32
}

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

/// What a person has on a thing: the value of the unique table `claims`.
enum ClaimOwner: Equatable {
    case redemption(EntityNumber)
    case hold(EntityNumber)

    func encode(to writer: inout ValueWriter) {
        switch self {
        case .redemption(let number):
            writer.append(byte: 1)
            writer.append(entity: number)
        case .hold(let number):
            writer.append(byte: 2)
            writer.append(entity: number)
        }
    }

    /// Reads a record that is nothing but an owner.
    static func decode(record bytes: RawSpan) -> ClaimOwner {
        var reader = ValueReader(bytes)
        let owner = decode(&reader)
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("claims") }
        return owner
    }

    static func decode(_ reader: inout ValueReader) -> ClaimOwner {
        let kind = reader.byte()
        let number = reader.entity()
        guard !reader.failed else { damagedRecord("claims") }
        switch kind {
        case 1: return .redemption(number)
        case 2: return .hold(number)
        default: damagedRecord("claims")
        }
    }
}
