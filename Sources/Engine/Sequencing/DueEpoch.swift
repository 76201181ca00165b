internal import Domain
internal import Journal
internal import Store

/// An epoch whose first frame is not written yet.
struct DueEpoch {
    var entry: Epochs.Entry
    var numbersFrom: UInt64?
    /// Stored answers with secrets of an earlier version.
    var secrets: [IdempotencyKey] = []

    /// Writes that it begins; nothing is decided in it before.
    func begin(in context: inout DecisionContext) {
        Epochs.begin(
            entry.epoch, after: entry.sequenceBefore ?? 0, numbersFrom: numbersFrom, in: &context)
        Idempotency.hideSecrets(secrets, in: &context)
    }
}
