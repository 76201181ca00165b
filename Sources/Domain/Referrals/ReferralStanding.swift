internal import Store

/// A person's place in a programme: who was brought by whom, and how many the person has brought.
struct ReferralStanding: Equatable {
    /// The referrals that the person has made, those that were reversed among them.
    var made: UInt64 = 0
    /// The length of the chain that ends with the person; 0 where nobody brought them.
    var depth: UInt64 = 0
    /// The referral by which the person came.
    var referral: EntityNumber?

    func encode(to writer: inout ValueWriter) {
        writer.append(compact: made)
        guard let referral else { return }
        writer.append(compact: depth)
        writer.append(entity: referral)
    }

    init(made: UInt64 = 0, depth: UInt64 = 0, referral: EntityNumber? = nil) {
        self.made = made
        self.depth = depth
        self.referral = referral
    }

    /// Reads a record.
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        made = reader.compact()
        if reader.remaining > 0 {
            depth = reader.compact()
            referral = reader.entity()
            guard depth > 0, referral?.rawValue != 0 else { throw reader.failed ? .fields : .value }
        }
        try reader.finish()
    }

    /// Reads what is a record.
    static func decode(_ bytes: RawSpan) -> ReferralStanding {
        trusted("referral_accounts") { () throws(RecordDamage) in try ReferralStanding(decoding: bytes) }
    }
}

extension StateReading {
    /// The place of a person in a programme.
    @inline(__always)
    func standing(
        of account: borrowing PackedAccount, in scope: UInt32, tenant: TenantNumber
    ) -> ReferralStanding {
        let key = RecordKeys.referralAccount(tenant, account, .standing, UInt64(scope))
        return read(Tables.referralAccounts, key) { ReferralStanding.decode($0) } ?? ReferralStanding()
    }
}
