internal import Store

/// Remembers the target of the claim before this one.
///
/// In a launch nearly everybody claims the same code: its text, its row and its campaign's are looked up once, and
/// again only after a code, a row or a campaign has changed.
///
/// Goes with one transaction.
public struct TargetMemo {
    /// The tables that say what a code or campaign is; the settings have the revocations that have not come to a row.
    private static let tables: TableSet = [
        Tables.codeTexts, Tables.codes, Tables.campaigns, Tables.settings, Tables.rewardPolicies,
    ]

    private var text: CodeText?
    private var tenant = TenantNumber.system
    private var version: UInt64 = 0
    private var subject: ResolvedTarget?
    /// The policy that was read last: a launch has many codes that refer, and few campaigns.
    private var policy: (policy: RewardPolicy?, campaign: EntityNumber, tenant: TenantNumber, version: UInt64)?

    /// Remembers nothing yet.
    public init() {}

    /// Finds what a target names, as ``ResolvedTarget`` does.
    ///
    /// A code that is pending is refused and so never remembered; nobody makes a code pending that was not.
    @inline(__always)
    mutating func find(
        _ target: ClaimTarget, tenant: TenantNumber, state: Transaction, pending: borrowing PendingRanges
    ) -> ResolvedTarget.Lookup {
        guard case .code(let text) = target else {
            return ResolvedTarget.find(target, tenant: tenant, state: state, pending: pending)
        }
        if let subject, version == state.watchedVersion, tenant == self.tenant, text == self.text {
            return .found(subject)
        }
        state.watch(TargetMemo.tables)
        let found = attached(
            ResolvedTarget.find(text, tenant: tenant, state: state, pending: pending), tenant: tenant, state: state)
        // A signed code without a row hangs on more than these tables.
        if case .found(let subject) = found, subject.code != nil {
            self.subject = subject
            (self.text, self.tenant, version) = (text, tenant, state.watchedVersion)
        }
        return found
    }

    /// The same with who refers, where the target does.
    private mutating func attached(
        _ found: ResolvedTarget.Lookup, tenant: TenantNumber, state: Transaction
    ) -> ResolvedTarget.Lookup {
        guard case .found(var subject) = found, subject.refers else { return found }
        var known: RewardPolicy?
        if let policy, policy.campaign == subject.campaign, policy.tenant == tenant,
            policy.version == state.watchedVersion
        {
            known = policy.policy
        }
        subject.attachReferral(known, tenant: tenant, state: state)
        if known == nil, let campaign = subject.campaign {
            policy = (subject.referral?.policy, campaign, tenant, state.watchedVersion)
        }
        return .found(subject)
    }
}
