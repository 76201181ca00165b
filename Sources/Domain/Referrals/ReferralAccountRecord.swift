internal import Store

/// The table of what is known of persons among referrals and rewards.
enum ReferralAccountRecord: Record {
    static let table = Tables.referralAccounts
    static let name: StaticString = "referral_accounts"
    static var personalData: PersonalData<ReferralAccountRecord> {
        PersonalData(fields: [.init("account", .account), .init("email", .emailHash)], erasure: .renamed) { key, _ in
            key.account
        }
    }

    static func decode(_ id: ReferralAccountKey, _ bytes: RawSpan) throws(RecordDamage) -> ReferralAccountEntry {
        switch id.kind {
        case .standing: return .standing(try ReferralStanding(decoding: bytes))
        case .referrer: return .referrer(try ReferrerCounts(decoding: bytes))
        case .sums: return .sums(try RewardTotals(decoding: bytes))
        case .index: return .index(try NumberIndex.bits(decoding: bytes))
        case .email:
            var reader = ValueReader(bytes)
            let email = reader.factHash()
            try reader.finish()
            return .email(email)
        }
    }

    static func encode(_ entry: ReferralAccountEntry, to writer: inout ValueWriter) {
        switch entry {
        case .standing(let standing): standing.encode(to: &writer)
        case .referrer(let counts): counts.encode(to: &writer)
        case .sums(let totals): totals.encode(to: &writer)
        case .index(let bits): writer.append(bits)
        case .email(let email): email.append(to: &writer)
        }
    }

    /// They are what the person's referrals and rewards add up to.
    static func check<State: StateScanning>(
        _ id: ReferralAccountKey, _ entry: ReferralAccountEntry, in check: inout InvariantCheck<State>
    ) {
        switch entry {
        case .standing(let standing): checkStanding(standing, id, in: &check)
        case .referrer(let counts): checkCounts(counts, id, in: &check)
        case .sums(let totals): checkSums(totals, id, in: &check)
        case .index(let bits): checkIndex(bits, id, in: &check)
        case .email: check.require(id.number == 0, "referral_email", "an e-mail address has the number \(id.number)")
        }
    }

    private static func checkStanding<State: StateScanning>(
        _ standing: ReferralStanding, _ id: ReferralAccountKey, in check: inout InvariantCheck<State>
    ) {
        if let number = standing.referral {
            let row = check.find(ReferralRecord.self, EntityKey(tenant: id.tenant, number: number))
            check.require(
                row.map { $0.referee == id.account && UInt64($0.scope) == id.number } ?? false, "referral_standing",
                "a person was brought by referral \(number.rawValue), which is another's")
        }
        var made: UInt64 = 0
        check.forEachListed(of: id.account, id.tenant) { key in
            if let row = check.find(ReferralRecord.self, key), UInt64(row.scope) == id.number { made += 1 }
        }
        check.require(
            made == standing.made, "referral_standing", "a person has made \(made) referrals, not \(standing.made)")
    }

    private static func checkCounts<State: StateScanning>(
        _ counts: ReferrerCounts, _ id: ReferralAccountKey, in check: inout InvariantCheck<State>
    ) {
        var found = ReferrerCounts()
        check.forEachListed(of: id.account, id.tenant) { key in
            if let row = check.find(ReferralRecord.self, key), row.campaign?.rawValue == id.number {
                found.attributed += 1
                if row.qualifiedAt != nil { found.qualified += 1 }
            }
            if let reward = check.find(RewardRecord.self, key), reward.party == .referrer, !reward.isOver,
                reward.campaign.rawValue == id.number
            {
                found.rewards += 1
            }
        }
        check.require(found == counts, "referrer_counts", "a referrer has \(counts), the rows give \(found)")
    }

    private static func checkSums<State: StateScanning>(
        _ totals: RewardTotals, _ id: ReferralAccountKey, in check: inout InvariantCheck<State>
    ) {
        var found = RewardTotals()
        check.forEachListed(of: id.account, id.tenant) { key in
            guard let reward = check.find(RewardRecord.self, key), UInt64(reward.unit ?? 0) == id.number else { return }
            found.add(reward)
        }
        check.require(found == totals, "reward_sums", "a person's rewards in unit \(id.number) are not what was summed")
    }

    private static func checkIndex<State: StateScanning>(
        _ bits: UInt64, _ id: ReferralAccountKey, in check: inout InvariantCheck<State>
    ) {
        for bit in 0..<NumberIndex.blockSize where bits & 1 << bit != 0 {
            let number = EntityNumber(rawValue: id.number * NumberIndex.blockSize + bit)
            let key = EntityKey(tenant: id.tenant, number: number)
            check.require(
                check.find(ReferralRecord.self, key)?.referrer == id.account
                    || check.find(RewardRecord.self, key)?.beneficiary == id.account, "\(name)",
                "the index of a person has number \(number.rawValue), which is another's")
        }
    }
}

extension InvariantCheck {
    /// The place of a person in a programme.
    func standing(of account: AccountID, in scope: UInt32, _ tenant: TenantNumber) -> ReferralStanding {
        let key = ReferralAccountKey(tenant: tenant, account: account, kind: .standing, number: UInt64(scope))
        guard case .standing(let standing)? = find(ReferralAccountRecord.self, key) else { return ReferralStanding() }
        return standing
    }

    /// True if the index of a person has a number.
    func isListed(_ number: EntityNumber, of account: AccountID, _ tenant: TenantNumber) -> Bool {
        let key = ReferralAccountKey(
            tenant: tenant, account: account, kind: .index, number: NumberIndex.block(of: number))
        guard case .index(let bits)? = find(ReferralAccountRecord.self, key) else { return false }
        return bits & NumberIndex.bit(of: number) != 0
    }

    /// Visits the referrals that a person made and the rewards that the person has.
    func forEachListed(of account: AccountID, _ tenant: TenantNumber, _ visit: (EntityKey) -> Void) {
        let prefix = RecordKeys.referralAccount(tenant, PackedAccount(account), .index)
        state.scan(ReferralAccountRecord.table, prefix: prefix, from: nil, descending: false) { key, value in
            guard let id = ReferralAccountKey(decoding: key), let bits = try? NumberIndex.bits(decoding: value) else {
                return true
            }
            for bit in 0..<NumberIndex.blockSize where bits & 1 << bit != 0 {
                let number = EntityNumber(rawValue: id.number * NumberIndex.blockSize + bit)
                visit(EntityKey(tenant: tenant, number: number))
            }
            return true
        }
    }
}
