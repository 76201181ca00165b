internal import Journal
internal import Store

extension Referral {
    static let formatVersion: UInt8 = 1

    private enum Flags {
        static let code: UInt16 = 1
        static let campaign: UInt16 = 2
        static let qualified: UInt16 = 4
        static let reversed: UInt16 = 8
        /// The bits of the places of rewards begin here, in the order of parties and triggers.
        static let rewards: UInt16 = 16
        static let all: UInt16 = 1023
    }

    func encode(to writer: inout ValueWriter) {
        var flags: UInt16 = 0
        if code != nil { flags |= Flags.code }
        if campaign != nil { flags |= Flags.campaign }
        if qualifiedAt != nil { flags |= Flags.qualified }
        if reversedAt != nil { flags |= Flags.reversed }
        rewards.visit { party, trigger, _ in flags |= Referral.flag(party, trigger) }
        writer.append(byte: Referral.formatVersion)
        writer.append(flags)
        writer.append(byte: status.rawValue)
        writer.append(compact: UInt64(scope))
        writer.append(compact: depth)
        PackedAccount(referrer).append(to: &writer)
        PackedAccount(referee).append(to: &writer)
        if let code { writer.append(entity: code) }
        if let campaign { writer.append(entity: campaign) }
        writer.append(instant: attributedAt)
        if let qualifiedAt { writer.append(instant: qualifiedAt) }
        if let reversedAt { writer.append(instant: reversedAt) }
        for party in RewardParty.allCases {
            for trigger in RewardTrigger.allCases {
                if let number = rewards[party, trigger] { writer.append(entity: number) }
            }
        }
    }

    private static func flag(_ party: RewardParty, _ trigger: RewardTrigger) -> UInt16 {
        let place = (UInt16(party.rawValue) - 1) * 3 + UInt16(trigger.rawValue) - 1
        return Flags.rewards << place
    }

    /// Reads a row.
    init(_ number: EntityNumber, decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        try reader.version(Referral.formatVersion)
        let flags = reader.integer(UInt16.self)
        guard flags & ~Flags.all == 0, let status = ReferralStatus(rawValue: reader.byte()) else { throw .value }
        guard let scope = UInt32(exactly: reader.compact()) else { throw .value }
        let depth = reader.compact()
        let (referrer, referee) = (reader.account(), reader.account())
        let code = flags & Flags.code != 0 ? reader.entity() : nil
        let campaign = flags & Flags.campaign != 0 ? reader.entity() : nil
        let attributedAt = reader.instant()
        let qualifiedAt = flags & Flags.qualified != 0 ? reader.instant() : nil
        let reversedAt = flags & Flags.reversed != 0 ? reader.instant() : nil
        self.init(
            number: number, status: status, scope: scope, depth: depth, referrer: referrer, referee: referee,
            code: code,
            campaign: campaign, attributedAt: attributedAt, qualifiedAt: qualifiedAt, reversedAt: reversedAt)
        for party in RewardParty.allCases {
            for trigger in RewardTrigger.allCases where flags & Referral.flag(party, trigger) != 0 {
                rewards[party, trigger] = reader.entity()
            }
        }
        try reader.finish()
        guard depth > 0 else { throw .value }
    }

    /// Reads a row, which is one.
    static func decode(_ number: EntityNumber, _ bytes: RawSpan) -> Referral {
        trusted("referrals") { () throws(RecordDamage) in try Referral(number, decoding: bytes) }
    }
}
