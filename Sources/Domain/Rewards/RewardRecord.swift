internal import Store

/// The table of rewards.
enum RewardRecord: Record {
    static let table = Tables.rewards
    static let name: StaticString = "rewards"
    static var personalData: PersonalData<RewardRecord> {
        PersonalData(fields: [.init("beneficiary", .account), .init("reason", .content)], erasure: .renamed) {
            $1.beneficiary
        }
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> Reward {
        try Reward(id.number, decoding: bytes)
    }

    static func encode(_ row: Reward, to writer: inout ValueWriter) { row.encode(to: &writer) }

    /// Its referral, its place in the indexes and in the sums, and its deadline.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: Reward, in check: inout InvariantCheck<State>) {
        let tenant = id.tenant
        let place = "reward \(id.number.rawValue)"
        let referral = check.find(ReferralRecord.self, EntityKey(tenant: tenant, number: row.referral))
        check.require(
            referral.map {
                $0.rewards[row.party, row.trigger] == id.number && $0.campaign == row.campaign
                    && $0.beneficiary(row.party) == row.beneficiary
            } ?? false, "reward_referral", "\(place) and its referral do not belong together")
        check.require(
            check.isListed(id.number, of: row.beneficiary, tenant), "reward_index",
            "\(place) is missing in the index of its beneficiary")
        check.require(
            check.isIndexed(LedgerByCampaignRecord.self, id.number, of: row.campaign, tenant), "reward_index",
            "\(place) is missing in the index of its campaign")
        let unit = row.unit ?? 0
        let sums = ReferralAccountKey(
            tenant: tenant, account: row.beneficiary, kind: .sums, number: UInt64(unit))
        check.require(
            check.has(ReferralAccountRecord.self, sums)
                && check.has(RewardTotalsRecord.self, RewardTotalsKey(tenant: tenant, campaign: 0, unit: unit))
                && check.has(
                    RewardTotalsRecord.self,
                    RewardTotalsKey(tenant: tenant, campaign: row.campaign.rawValue, unit: unit)),
            "reward_sums",
            "\(place) is summed nowhere")
        if let unit = row.unit {
            check.require(
                check.has(RewardWordRecord.self, RewardWordKey(tenant: tenant, word: unit)), "reward_unit",
                "\(place) has a unit without a name")
        }
        if let due = row.dueAt {
            check.require(
                check.has(RewardDeadlineRecord.self, RewardDeadline(tenant: tenant, due: due, number: id.number)),
                "reward_deadline", "\(place) would never be settled")
        }
        check.require(
            row.isOver == (row.endedAt != nil) && (row.state == .pending) == (row.grantedAt == nil && !row.isOver),
            "reward_state", "\(place) has another state than its times")
    }
}
