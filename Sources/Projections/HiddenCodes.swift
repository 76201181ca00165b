internal import Domain

/// The codes that nobody may see before and after a layer: those of big commands under way.
///
/// They count for nothing. A range that is not pending any more after the layer counts as a whole, whenever its rows
/// were written.
struct HiddenCodes {
    let before: PendingRanges
    var after: PendingRanges

    init(_ pending: PendingRanges) {
        before = pending
        after = pending
    }

    /// True if the change of a code's row counts for nothing by itself: the code is hidden, or its whole range counts.
    func contains(_ number: UInt64) -> Bool {
        if before.isEmpty, after.isEmpty { return false }
        let number = EntityNumber(rawValue: number)
        return before.range(around: number) != nil || after.range(around: number) != nil
    }

    /// The ranges that were hidden and are not any more.
    ///
    /// A range that is removed shrinks from its beginning, and nothing is left there to count.
    var revealed: [PendingRange] {
        before.ranges.filter { range in !after.ranges.contains { $0.end == range.end } }
    }
}
