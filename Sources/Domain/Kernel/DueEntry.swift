public import Journal
internal import Store

/// A record of a deadline's table: what falls due, and when.
///
/// A hint: the thing may have ended otherwise since.
public struct DueEntry: Sendable {
    /// When it falls due.
    public let due: Timestamp
    /// The number in the key.
    public let number: EntityNumber
    /// The tenant of the thing.
    public let tenant: TenantNumber
    /// The kind of the thing.
    public let kind: DeadlineKind
    /// True if a batch has to begin with it.
    public let isAwaited: Bool
    /// The bytes of the key behind the number; nil where there are none.
    let tail: [UInt8]?

    /// Reads a key of a deadline's table.
    public init(_ deadline: any Deadline.Type, key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        due = Timestamp(milliseconds: reader.bigEndianInstant().milliseconds + deadline.delayMilliseconds)
        number = reader.entity()
        kind = DeadlineKind(of: deadline)
        isAwaited = deadline.isAwaited
        tail = reader.remaining > 0 ? reader.rest() : nil
        precondition(!reader.failed, "the keys of a deadline's table are tenant, instant and number")
    }
}

extension DueEntry: Comparable {
    /// The soonest first; of one instant, the lowest number.
    public static func < (left: DueEntry, right: DueEntry) -> Bool {
        if left.due != right.due { return left.due < right.due }
        if left.number != right.number { return left.number < right.number }
        return left.kind.rawValue < right.kind.rawValue
    }

    /// True if neither comes first.
    public static func == (left: DueEntry, right: DueEntry) -> Bool {
        left.due == right.due && left.number == right.number && left.kind == right.kind
    }
}
