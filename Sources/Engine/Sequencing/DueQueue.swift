internal import Domain
internal import HeapModule
internal import Journal
internal import Store

/// The things that fall due within the next hour, soonest first: hints, of which the tables are the truth.
///
/// A hint may outlive its thing; settling what has ended changes nothing. A thing that falls due later stays in its
/// table until its time is near, so memory does not grow with all that is to come.
struct DueQueue {
    /// The time ahead for which entries are held in memory at least, and the further time read at once.
    private static let aheadMilliseconds: Int64 = 3_600_000
    private static let stepMilliseconds: Int64 = 60_000

    /// The entries that a batch decides before anything else.
    private var awaited = Heap<DueEntry>()
    /// The entries that nobody waits for.
    private var others = Heap<DueEntry>()
    /// Everything that falls due before it is in a heap.
    private var horizon = Timestamp(milliseconds: 0)

    /// When the next thing that a batch has to begin with falls due, as far as is known.
    var nextAwaited: Timestamp? { awaited.min?.due }
    /// When the next other thing does.
    var nextOther: Timestamp? { others.min?.due }
    /// The number of hints.
    var count: Int { awaited.count + others.count }

    /// Reads on, so that nothing that falls due up to `now` and for some time after it is missing.
    ///
    /// - Complexity: O(1), but once a minute O(entries of a minute + tenants + keys in the overlay).
    mutating func extend(to now: Timestamp, in state: Transaction) {
        guard horizon.milliseconds - now.milliseconds < DueQueue.aheadMilliseconds else { return }
        let next = Timestamp(
            milliseconds: now.milliseconds + DueQueue.aheadMilliseconds + DueQueue.stepMilliseconds)
        Deadlines.forEach(due: horizon..<next, in: state) { add($0) }
        horizon = next
    }

    /// Takes note of an entry that was written.
    mutating func insert(_ entry: DueEntry) {
        if entry.due < horizon { add(entry) }
    }

    private mutating func add(_ entry: DueEntry) {
        if entry.isAwaited { awaited.insert(entry) } else { others.insert(entry) }
    }

    /// Takes out the soonest thing that a batch has to begin with, if its time has come.
    mutating func popAwaited(at now: Timestamp) -> DueEntry? {
        guard let first = awaited.min, first.due <= now else { return nil }
        return awaited.popMin()
    }

    /// Takes out the soonest other thing, if its time has come.
    mutating func popOther(at now: Timestamp) -> DueEntry? {
        guard let first = others.min, first.due <= now else { return nil }
        return others.popMin()
    }
}
