internal import Store

/// A person's counts as a referrer in a campaign: what tiers, milestones and the cap are judged by.
///
/// The referrals never become fewer, whatever is released later: a number that was reached once is not reached again.
struct ReferrerCounts: Equatable {
    /// The referrals of the person.
    var attributed: UInt64 = 0
    /// Those of them that have qualified.
    var qualified: UInt64 = 0
    /// The person's rewards as a referrer that are neither reversed nor expired.
    var rewards: UInt64 = 0

    func encode(to writer: inout ValueWriter) {
        writer.append(compact: attributed)
        writer.append(compact: qualified)
        writer.append(compact: rewards)
    }

    init() {}

    /// Reads a record.
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        attributed = reader.compact()
        qualified = reader.compact()
        rewards = reader.compact()
        try reader.finish()
    }

    /// Reads what is a record.
    static func decode(_ bytes: RawSpan) -> ReferrerCounts {
        trusted("referral_accounts") { () throws(RecordDamage) in try ReferrerCounts(decoding: bytes) }
    }
}

extension StateReading {
    /// The counts of a referrer in a campaign.
    @inline(__always)
    func referrerCounts(
        of account: borrowing PackedAccount, in campaign: EntityNumber, tenant: TenantNumber
    ) -> ReferrerCounts {
        let key = RecordKeys.referralAccount(tenant, account, .referrer, campaign.rawValue)
        return read(Tables.referralAccounts, key) { ReferrerCounts.decode($0) } ?? ReferrerCounts()
    }
}

extension Transaction {
    /// Stores the counts of a referrer in a campaign.
    func put(
        _ counts: ReferrerCounts, of account: borrowing PackedAccount, in campaign: EntityNumber, tenant: TenantNumber
    ) {
        let key = RecordKeys.referralAccount(tenant, account, .referrer, campaign.rawValue)
        put(Tables.referralAccounts, key) { counts.encode(to: &$0) }
    }
}
