internal import Store

/// A live hold runs out at its expiry: its places are free again.
///
/// Until that is written down it counts against its limits, so it comes before everything else
/// (`docs/decisions/0028-due-holds-in-pieces.md`).
extension LiveHoldRecord: Deadline {
    /// At the instant itself.
    static let delayMilliseconds: Int64 = 0
    /// Counters have its places until then.
    static let isAwaited = true

    /// Counts as one: it writes few records.
    static func records(of entry: DueEntry, in state: Transaction) -> Int { 1 }

    /// Lets the hold run out.
    static func settle(_ entry: DueEntry, in context: inout DecisionContext) -> Bool {
        Holds.expire(entry.number, tenant: entry.tenant, in: &context)
    }
}

extension DeadlineKind {
    /// A hold runs out.
    public static let hold = DeadlineKind(of: LiveHoldRecord.self)
}
