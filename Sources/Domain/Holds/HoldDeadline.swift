public import Store

/// A live hold runs out at its expiry: its places are free again.
///
/// Until that is written down it counts against its limits, so it comes before everything else
/// (`docs/decisions/0028-due-holds-in-pieces.md`).
public enum HoldDeadline: Deadline {
    /// A hold runs out.
    public static let kind = DeadlineKind.hold
    /// Live holds by expiry.
    public static let table = Tables.holdsLive
    /// At the instant itself.
    public static let delayMilliseconds: Int64 = 0
    /// Counters have its places until then.
    public static let isAwaited = true

    /// Counts as one: what it writes is few records.
    public static func records(of entry: DueEntry, in state: Transaction) -> Int { 1 }

    /// Lets the hold run out.
    public static func settle(_ entry: DueEntry, in context: inout DecisionContext) -> Bool {
        Holds.expire(entry.number, tenant: entry.tenant, in: &context)
    }
}
