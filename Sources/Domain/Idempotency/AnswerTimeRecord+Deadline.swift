internal import Journal
internal import Store

/// A stored answer is forgotten when it has been kept for a day.
///
/// ``Idempotency/lookup(_:state:now:)`` judges the time itself, so nobody waits for it.
extension AnswerTimeRecord: Deadline {
    /// The time for which an answer is kept.
    static let delayMilliseconds = Idempotency.retentionSeconds * 1000
    /// Nothing differs while it lies there.
    static let isAwaited = false

    /// Its entry by time and its parts.
    static func records(of entry: DueEntry, in state: Transaction) -> Int {
        1 + answer(entry).map { Idempotency.parts(of: $0.answer, state: state) }.map { Int(clamping: $0) }.reduce(0, +)
    }

    /// Removes the answer, unless it has gone or another one is kept in its place.
    static func settle(_ entry: DueEntry, in context: inout DecisionContext) -> Bool {
        answer(entry).contains { Idempotency.purge($0, in: &context) }
    }

    private static func answer(_ entry: DueEntry) -> [IdempotencyEntry] {
        guard let hash = entry.tail, hash.count == AnswerRecord.hashBytes else { return [] }
        let key = IdempotencyKey(tenant: entry.tenant, credential: entry.number, hash: hash)
        return [IdempotencyEntry(key, Timestamp(milliseconds: entry.due.milliseconds - delayMilliseconds))]
    }
}

extension DeadlineKind {
    /// A stored answer has been kept long enough.
    public static let storedAnswer = DeadlineKind(of: AnswerTimeRecord.self)
}
