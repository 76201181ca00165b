internal import Store

/// The table of the sums of rewards, by campaign and unit.
enum RewardTotalsRecord: Record {
    static let table = Tables.rewardTotals
    static let name: StaticString = "reward_totals"
    static var personalData: PersonalData<RewardTotalsRecord> { .none }

    static func decode(_ id: RewardTotalsKey, _ bytes: RawSpan) throws(RecordDamage) -> RewardTotals {
        try RewardTotals(decoding: bytes)
    }

    static func encode(_ totals: RewardTotals, to writer: inout ValueWriter) { totals.encode(to: &writer) }

    /// They are what the campaign's rewards add up to, and no more than its budget; those of all campaigns what the others
    /// add up to.
    static func check<State: StateScanning>(
        _ id: RewardTotalsKey, _ totals: RewardTotals, in check: inout InvariantCheck<State>
    ) {
        let place = "the rewards of campaign \(id.campaign) in unit \(id.unit)"
        guard let campaign = EntityNumber(ifAny: id.campaign) else { return checkAll(totals, id, in: &check) }
        var found = RewardTotals()
        check.forEachIndexed(LedgerByCampaignRecord.self, of: campaign, id.tenant) { key in
            guard let reward = check.find(RewardRecord.self, key), reward.unit ?? 0 == id.unit else { return }
            found.add(reward)
        }
        check.require(found == totals, "reward_sums", "\(place) are not what was summed")
        let key = EntityKey(tenant: id.tenant, number: campaign)
        guard let budget = check.find(RewardPolicyRecord.self, key)?.budget, budget.unit == id.unit else { return }
        check.require(totals.taken <= budget.amount, "reward_budget", "\(place) are more than the budget has")
    }

    private static func checkAll<State: StateScanning>(
        _ totals: RewardTotals, _ id: RewardTotalsKey, in check: inout InvariantCheck<State>
    ) {
        var found = RewardTotals()
        check.state.scan(table, prefix: RecordKeys.tenant(id.tenant), from: nil, descending: false) { key, value in
            guard let other = RewardTotalsKey(decoding: key), other.campaign != 0, other.unit == id.unit,
                let part = try? RewardTotals(decoding: value)
            else { return true }
            found.add(part)
            return true
        }
        check.require(
            found == totals, "reward_sums", "the rewards of a tenant in unit \(id.unit) are not what its campaigns have"
        )
    }
}
