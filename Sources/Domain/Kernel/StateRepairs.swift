internal import Journal
public import Store

/// Repairs records of earlier versions when a node begins to decide.
public struct StateRepairs: Sendable {
    private var answersWithSecrets: [IdempotencyKey] = []
    private var unreadPolicies: [EntityKey] = []

    /// Nothing to put right.
    public init() {}

    /// Looks for it.
    ///
    /// - Complexity: O(stored answers + campaigns).
    public init(of state: some StateScanning) {
        answersWithSecrets = Idempotency.withSecrets(in: state)
        unreadPolicies = RewardPolicies.unread(in: state)
    }

    /// Puts it right.
    public func make(in context: inout DecisionContext) {
        Idempotency.hideSecrets(answersWithSecrets, in: &context)
        RewardPolicies.read(unreadPolicies, in: context)
    }
}
