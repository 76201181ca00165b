internal import Journal
internal import Store

extension Reward {
    static let formatVersion: UInt8 = 1

    private enum Flags {
        static let amount: UInt16 = 1
        static let unit: UInt16 = 2
        static let holding: UInt16 = 4
        static let lifetime: UInt16 = 8
        static let granted: UInt16 = 16
        static let held: UInt16 = 32
        static let expires: UInt16 = 64
        static let confirmed: UInt16 = 128
        static let ended: UInt16 = 256
        static let reason: UInt16 = 512
        static let all: UInt16 = 1023
    }

    private var flags: UInt16 {
        var flags: UInt16 = 0
        if amount != nil { flags |= Flags.amount }
        if unit != nil { flags |= Flags.unit }
        if holdingSeconds != nil { flags |= Flags.holding }
        if lifetimeSeconds != nil { flags |= Flags.lifetime }
        if grantedAt != nil { flags |= Flags.granted }
        if heldUntil != nil { flags |= Flags.held }
        if expiresAt != nil { flags |= Flags.expires }
        if confirmedAt != nil { flags |= Flags.confirmed }
        if endedAt != nil { flags |= Flags.ended }
        if reason != nil { flags |= Flags.reason }
        return flags
    }

    func encode(to writer: inout ValueWriter) {
        writer.append(byte: Reward.formatVersion)
        writer.append(flags)
        writer.append(byte: state.rawValue)
        writer.append(byte: party.rawValue)
        writer.append(byte: type.rawValue)
        writer.append(byte: trigger.rawValue)
        writer.append(entity: referral)
        writer.append(entity: campaign)
        PackedAccount(beneficiary).append(to: &writer)
        writer.append(compact: count)
        if let amount { writer.append(compact: amount) }
        if let unit { writer.append(compact: UInt64(unit)) }
        if let holdingSeconds { writer.append(compact: UInt64(holdingSeconds)) }
        if let lifetimeSeconds { writer.append(compact: UInt64(lifetimeSeconds)) }
        writer.append(instant: createdAt)
        if let grantedAt { writer.append(instant: grantedAt) }
        if let heldUntil { writer.append(instant: heldUntil) }
        if let expiresAt { writer.append(instant: expiresAt) }
        if let confirmedAt { writer.append(instant: confirmedAt) }
        if let endedAt { writer.append(instant: endedAt) }
        writer.append(compact: actorStored)
        if let reason { writer.append(text: reason) }
    }

    /// Reads a row.
    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        try reader.version(Reward.formatVersion)
        let flags = reader.integer(UInt16.self)
        guard flags & ~Flags.all == 0, let state = RewardState(rawValue: reader.byte()),
            let party = RewardParty(rawValue: reader.byte()), let type = RewardType(rawValue: reader.byte()),
            let trigger = RewardTrigger(rawValue: reader.byte())
        else { throw .value }
        func has(_ flag: UInt16) -> Bool { flags & flag != 0 }
        let (referral, campaign) = (reader.entity(), reader.entity())
        let (beneficiary, count) = (reader.account(), reader.compact())
        let amount = has(Flags.amount) ? reader.compact() : nil
        let unit = has(Flags.unit) ? try reader.narrow() : nil
        let holding = has(Flags.holding) ? try reader.narrow() : nil
        let lifetime = has(Flags.lifetime) ? try reader.narrow() : nil
        let createdAt = reader.instant()
        let grantedAt = has(Flags.granted) ? reader.instant() : nil
        let heldUntil = has(Flags.held) ? reader.instant() : nil
        let expiresAt = has(Flags.expires) ? reader.instant() : nil
        let confirmedAt = has(Flags.confirmed) ? reader.instant() : nil
        let endedAt = has(Flags.ended) ? reader.instant() : nil
        let actor = reader.compact()
        let reason = has(Flags.reason) ? reader.longText() : nil
        try reader.finish()
        self.init(
            number: number, state: state, party: party, type: type, trigger: trigger, referral: referral,
            campaign: campaign, beneficiary: beneficiary, count: count, amount: amount, unit: unit,
            holdingSeconds: holding, lifetimeSeconds: lifetime, createdAt: createdAt, grantedAt: grantedAt,
            heldUntil: heldUntil, expiresAt: expiresAt, confirmedAt: confirmedAt, endedAt: endedAt, actorStored: actor,
            reason: reason)
    }

    /// Reads a row, which is one.
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Reward {
        trusted("rewards") { () throws(RecordDamage) in try Reward(number, decoding: bytes) }
    }
}

extension ValueReader {
    /// A number in its compact form that has at most 32 bits.
    mutating func narrow() throws(RecordDamage) -> UInt32 {
        guard let number = UInt32(exactly: compact()) else { throw .value }
        return number
    }
}
