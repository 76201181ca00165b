internal import Store

/// Writes rewards: rows with their indexes, sums and deadlines, so that no command can forget one.
struct RewardWriter {
    let state: Transaction
    let tenant: TenantNumber

    /// Stores a new reward.
    func insert(_ reward: Reward) {
        let beneficiary = PackedAccount(reward.beneficiary)
        state.insert(Tables.rewards, RecordKeys.entity(tenant, reward.number)) { reward.encode(to: &$0) }
        state.addToIndex(Tables.ledgerByCampaign, tenant, reward.campaign, reward.number)
        state.addToAccount(beneficiary, reward.number, tenant: tenant)
        changeSums(of: reward, beneficiary) { $0.add(reward) }
        if let due = reward.dueAt {
            state.insert(Tables.rewardDeadlines, RecordKeys.live(tenant, due, reward.number)) { _ in }
        }
    }

    /// Stores a reward in another state than before.
    func put(_ reward: Reward, insteadOf old: Reward) {
        let beneficiary = PackedAccount(reward.beneficiary)
        state.put(Tables.rewards, RecordKeys.entity(tenant, reward.number)) { reward.encode(to: &$0) }
        changeSums(of: reward, beneficiary) { $0.move(reward, from: old.state) }
        if old.dueAt != reward.dueAt {
            if let due = old.dueAt { state.remove(Tables.rewardDeadlines, RecordKeys.live(tenant, due, reward.number)) }
            if let due = reward.dueAt {
                state.insert(Tables.rewardDeadlines, RecordKeys.live(tenant, due, reward.number)) { _ in }
            }
        }
        guard reward.isOver, !old.isOver, reward.party == .referrer else { return }
        var counts = state.referrerCounts(of: beneficiary, in: reward.campaign, tenant: tenant)
        counts.rewards -= 1
        state.put(counts, of: beneficiary, in: reward.campaign, tenant: tenant)
    }

    /// Changes the sums that a reward is in: the campaign's, the tenant's and its beneficiary's.
    private func changeSums(
        of reward: Reward, _ beneficiary: borrowing PackedAccount, _ change: (inout RewardTotals) -> Void
    ) {
        let unit = reward.unit ?? 0
        self.change(Tables.rewardTotals, RecordKeys.rewardTotals(tenant, reward.campaign, unit), change)
        self.change(Tables.rewardTotals, RecordKeys.rewardTotals(tenant, nil, unit), change)
        let own = RecordKeys.referralAccount(tenant, beneficiary, .sums, UInt64(unit))
        self.change(Tables.referralAccounts, own, change)
    }

    private func change(_ table: TableID, _ key: borrowing Key, _ change: (inout RewardTotals) -> Void) {
        state.update(table, key, reading: RewardTotals.decode) { old, writer in
            var totals = old ?? RewardTotals()
            change(&totals)
            totals.encode(to: &writer)
        }
    }
}
