internal import Store

/// Keeps the policies of campaigns in the form that claims read.
enum RewardPolicies {
    /// The policy of a campaign; nil when it has none.
    static func find(_ campaign: EntityNumber, tenant: TenantNumber, state: some StateReading) -> RewardPolicy? {
        state.find(RewardPolicyRecord.self, EntityKey(tenant: tenant, number: campaign))
    }

    /// Stores the policy of a campaign, or takes away the one that is there.
    static func put(
        _ draft: RewardPolicyDraft?, of campaign: EntityNumber, tenant: TenantNumber, in state: Transaction
    ) {
        let key = EntityKey(tenant: tenant, number: campaign)
        guard let draft, !draft.isEmpty else {
            if state.contains(Tables.rewardPolicies, key.key) { state.remove(Tables.rewardPolicies, key.key) }
            return
        }
        let policy = draft.policy { RewardWords.keep($0, tenant: tenant, in: state) }
        state.put(RewardPolicyRecord.self, key, policy)
    }

    /// Adds what is wrong with the budget of a policy, given what the campaign's rewards have come to.
    static func checkBudget(
        _ draft: RewardPolicyDraft?, of campaign: EntityNumber, tenant: TenantNumber, state: some StateReading,
        errors: inout FieldErrors
    ) {
        guard let budget = draft?.budget else { return }
        var unit: UInt32 = 0
        if let word = budget.unit {
            guard let known = RewardWords.number(of: word, tenant: tenant, state: state) else { return }
            unit = known
        }
        let taken = state.rewardTotals(of: campaign, unit: unit, tenant: tenant).taken
        errors.check(
            budget.amount >= taken, "reward_policy.budget.amount",
            "Must not be below \(taken), which the campaign's rewards have come to.")
    }

    // MARK: Policies of earlier versions

    /// The campaigns whose policy was stored before claims read any.
    static func unread(in state: some StateScanning) -> [EntityKey] {
        var found: [EntityKey] = []
        state.scan(Tables.campaigns, prefix: Key(), from: nil, descending: false) { key, value in
            guard let id = EntityKey(decoding: key) else { return true }
            let row = CampaignRow.decode(value)
            if row.hasDocument, !row.gate.hasRewardPolicy, draft(id, state: state)?.isEmpty == false {
                found.append(id)
            }
            return true
        }
        return found
    }

    private static func draft(_ id: EntityKey, state: some StateReading) -> RewardPolicyDraft? {
        var errors = FieldErrors()
        return Document.read(id.number, tenant: id.tenant, state: state).rewardPolicy.flatMap {
            RewardPolicyRules.read($0, errors: &errors)
        }
    }

    /// Lets claims read these policies: what is good of them.
    static func read(_ campaigns: [EntityKey], in context: borrowing DecisionContext) {
        let state = context.state
        for id in campaigns {
            guard var row = Campaigns.row(id.number, tenant: id.tenant, state: state),
                let draft = draft(id, state: state)
            else { continue }
            put(draft, of: id.number, tenant: id.tenant, in: state)
            row.gate.hasRewardPolicy = true
            let stored = row
            state.put(Tables.campaigns, id.key) { stored.encode(to: &$0) }
        }
    }
}
