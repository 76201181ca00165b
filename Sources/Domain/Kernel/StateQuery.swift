internal import Journal
internal import Store

/// A question to a ``StateIndex``.
struct StateQuery {
    var index: StateIndex
    var tenant: TenantNumber
    /// Nil for everything of the tenant.
    var campaign: EntityNumber?
    var match: StateMatch
    /// The time by which an end is judged.
    var now: Timestamp

    func prefix(_ level: StateIndex.Level) -> Key {
        StateIndex.prefix(tenant: tenant.rawValue, campaign: campaign?.rawValue ?? 0, level)
    }

    func key(_ level: StateIndex.Level, _ number: UInt64) -> Key {
        StateIndex.key(tenant: tenant.rawValue, campaign: campaign?.rawValue ?? 0, level, number)
    }

    /// The bits of a record that may match: all of one that is damaged, for the rows are not.
    func candidates(_ value: RawSpan) -> UInt64 {
        guard let block = StateBlock(decoding: value) else { return .max }
        return match.candidates(in: block, nowMilliseconds: UInt64(max(0, now.milliseconds)))
    }
}
