internal import Store

/// A held reward becomes final at the end of its holding time; one that nobody has confirmed expires.
///
/// Until that is written down, the reward counts against its cap and its budget, so it comes before everything else.
extension RewardDeadlineRecord: Deadline {
    /// At the instant itself.
    static let delayMilliseconds: Int64 = 0
    /// The cap and the budget have its place until then.
    static let isAwaited = true

    /// The reward, its deadline, three sums and the counts of its referrer.
    static func records(of entry: DueEntry, in state: Transaction) -> Int { 6 }

    /// Brings the reward to its next state.
    static func settle(_ entry: DueEntry, in context: inout DecisionContext) -> Bool {
        Rewards.fallDue(entry.number, tenant: entry.tenant, in: context)
    }
}

extension DeadlineKind {
    /// The holding time or the life of a reward is over.
    public static let reward = DeadlineKind(of: RewardDeadlineRecord.self)
}
