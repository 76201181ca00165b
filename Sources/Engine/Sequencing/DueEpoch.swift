internal import Domain
internal import Journal
internal import Store

/// An epoch whose first frame is not written yet.
struct DueEpoch {
    var entry: Epochs.Entry
    var numbersFrom: UInt64?
    /// The repairs of an earlier version's records, made by the first frame.
    var repairs = StateRepairs()

    /// Writes that it begins; nothing is decided in it before.
    func begin(in context: inout DecisionContext) {
        Epochs.begin(
            entry.epoch, after: entry.sequenceBefore ?? 0, numbersFrom: numbersFrom, in: &context)
        repairs.make(in: &context)
    }
}
