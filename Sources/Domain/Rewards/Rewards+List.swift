internal import Journal
public import Store

extension Rewards {
    /// The rewards that a query asks for, newest first.
    ///
    /// - Complexity: O(rewards of the page) for a referral; O(rewards and referrals passed) for a person; for a state
    ///   O(rewards of the page) with ``RewardStates``; else at most ``PageRequest/visitsMax`` records a page.
    public static func list(_ query: RewardQuery, in state: some StateScanning) -> Page<RewardView> {
        let tenant = query.tenant
        let item = { (number: EntityNumber) -> RewardView? in
            find(number, tenant: tenant, state: state).flatMap {
                matches($0, query) ? view($0, tenant: tenant, state: state) : nil
            }
        }
        if let referral = query.referral {
            var numbers: [EntityNumber] = []
            Referrals.find(referral, tenant: tenant, state: state)?.rewards.visit { numbers.append($2) }
            return .gathered(numbers, query.page, item)
        }
        if let beneficiary = query.beneficiary {
            let prefix = RecordKeys.referralAccount(tenant, PackedAccount(beneficiary), .index)
            return state.pageOfBlocks(Tables.referralAccounts, prefix: prefix, query.page, item)
        }
        if let wanted = query.state, state.isCurrent(.rewardStates) {
            let question = StateQuery(
                index: RewardStates.index, tenant: tenant, campaign: query.campaign, match: wanted.match,
                now: Timestamp(milliseconds: 0))
            return state.page(question, query.page, item)
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.ledgerByCampaign, tenant, campaign, query.page, item)
        }
        return state.page(RewardRecord.self, of: tenant, query.page) { _, row in
            matches(row, query) ? view(row, tenant: tenant, state: state) : nil
        }
    }

    private static func matches(_ row: Reward, _ query: RewardQuery) -> Bool {
        (query.state == nil || row.state == query.state) && (query.party == nil || row.party == query.party)
            && (query.beneficiary == nil || row.beneficiary == query.beneficiary)
            && (query.campaign == nil || row.campaign == query.campaign)
            && (query.referral == nil || row.referral == query.referral)
    }

    // MARK: Sums

    /// The sums of a tenant's rewards, or of those of a campaign, by unit and state.
    ///
    /// - Complexity: O(units), however many rewards there are.
    public static func sums(
        of campaign: EntityNumber?, tenant: TenantNumber, in state: some StateScanning
    ) -> RewardSums {
        let prefix = RecordKeys.rewardTotals(tenant, campaign)
        var sums = sums(Tables.rewardTotals, prefix: prefix, tenant: tenant, in: state)
        if let campaign, let budget = RewardPolicies.find(campaign, tenant: tenant, state: state)?.budget {
            sums.budget = RewardSums.Budget(
                unit: word(budget.unit, tenant: tenant, state: state), limit: budget.amount,
                taken: state.rewardTotals(of: campaign, unit: budget.unit, tenant: tenant).taken)
        }
        return sums
    }

    /// The sums of a person's rewards, by unit and state.
    ///
    /// - Complexity: O(units), however many rewards there are.
    public static func sums(
        of beneficiary: AccountID, tenant: TenantNumber, in state: some StateScanning
    ) -> RewardSums {
        let prefix = RecordKeys.referralAccount(tenant, PackedAccount(beneficiary), .sums)
        return sums(Tables.referralAccounts, prefix: prefix, tenant: tenant, in: state)
    }

    private static func sums(
        _ table: TableID, prefix: borrowing Key, tenant: TenantNumber, in state: some StateScanning
    ) -> RewardSums {
        var sums: [RewardSum] = []
        let prefixCount = prefix.count
        state.scan(table, prefix: prefix, from: nil, descending: false) { key, value in
            var reader = ValueReader(key.afterPrefix(prefixCount))
            let totals = RewardTotals.decode(value)
            let unit = word(UInt32(truncatingIfNeeded: reader.compact()), tenant: tenant, state: state)
            for state in RewardState.allCases where totals[state].count > 0 {
                sums.append(RewardSum(unit: unit, state: state, total: totals[state]))
            }
            return true
        }
        return RewardSums(sums: sums, budget: nil)
    }

    private static func word(_ unit: UInt32, tenant: TenantNumber, state: some StateReading) -> RewardWord? {
        unit == 0 ? nil : RewardWords.find(unit, tenant: tenant, state: state)
    }
}
