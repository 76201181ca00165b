internal import Domain
internal import Journal
internal import Store

/// An epoch whose first frame is not written yet.
struct DueEpoch {
    var entry: Epochs.Entry
    /// The lowest number of new things, as a restore has noted it.
    var numbersFrom: UInt64?
    /// True if the node knew of another epoch that its log lacks.
    var isBesideAnother = false
    /// The repairs of an earlier version's records, made by the first frame.
    var repairs = StateRepairs()

    /// Writes that it begins; nothing is decided in it before.
    func begin(in context: inout DecisionContext) {
        Epochs.begin(
            entry.epoch, after: entry.sequenceBefore ?? 0, numbersFrom: firstNumber(in: &context), in: &context)
        repairs.make(in: &context)
    }

    /// The lowest number of new things: whatever began this epoch, another node may have continued from the same state
    /// and have given out numbers that this one has never heard of.
    private func firstNumber(in context: inout DecisionContext) -> UInt64 {
        let first = EpochNumber.numbersFrom(
            known: context.state.nextNumber, isBesideAnother: isBesideAnother,
            wallMilliseconds: context.now.milliseconds, random: &context.random)
        // A clock far in the future leaves no number: the sequence continues where it was then.
        return max(numbersFrom ?? 0, first < PublicIDs.idMax ? first : 0)
    }
}
