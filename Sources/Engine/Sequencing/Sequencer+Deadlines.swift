internal import Domain
internal import Journal
internal import Store

/// Doing what is due: what others wait for first, in pieces, and the rest now and then.
extension Sequencer {
    /// The most records of things that fell due that one frame settles, so that a million at once do not make one giant
    /// frame.
    static let recordsPerFrame = 20_000
    /// The most records of what nobody waits for that one turn settles: one of them can have thousands.
    static let otherRecordsPerTurn = 3000
    /// The nanoseconds between two such turns, for other commands: by then LMDB has the first one.
    private static let restNanoseconds: UInt64 = 1_000_000_000

    /// True if something is due that a batch has to begin with.
    func hasDue(at now: Timestamp) -> Bool {
        due.extend(to: now, in: transaction)
        guard let next = due.nextAwaited else { return false }
        return next <= now
    }

    /// True if something is due that nobody waits for, and its turn has come.
    func hasOtherDue(at now: Timestamp) -> Bool {
        guard canWrite, clock.monotonicNanoseconds() >= nextOtherTurn, let next = due.nextOther else { return false }
        return next <= now
    }

    /// The milliseconds until something is to be done, as far as is known; nil for a long time.
    func millisecondsToDue(at now: Timestamp) -> Int64? {
        var wait: Int64?
        // A due thing may have to wait for room on the disk or for followers.
        if let next = due.nextAwaited { wait = max(next.milliseconds - now.milliseconds, canWrite ? 1 : 100) }
        if canWrite, let next = due.nextOther {
            let clockNow = clock.monotonicNanoseconds()
            let rest = nextOtherTurn > clockNow ? Int64(clamping: (nextOtherTurn - clockNow) / 1_000_000) + 1 : 1
            wait = min(wait ?? .max, max(next.milliseconds - now.milliseconds, rest))
        }
        return wait
    }

    /// Settles what is due, the soonest first: whole frames are logged at once, the rest goes with the batch.
    ///
    /// - Returns: where the batch in hand begins; nil when the log cannot take what is due, so that no decision
    ///   may be made: places that are free could look taken.
    func settleDue(at now: Timestamp, atMost limit: Int) -> Transaction.Mark? {
        if hasDue(at: now), !canWrite { return nil }
        var left = limit
        while true {
            let start = transaction.mark()
            endSettling()
            left -= settle(at: now, atMost: min(left, Sequencer.recordsPerFrame)) { $0.popAwaited(at: now) }
            guard left > 0, hasDue(at: now) else { return start }
            guard commit(at: now) == .done, failure == nil else {
                takeBackSettled(to: start)
                return nil
            }
            guard unconfirmed == nil else { return nil }
        }
    }

    /// Settles some of what is due and nobody waits for; it goes with the batch.
    func settleOthers(at now: Timestamp) {
        guard hasOtherDue(at: now) else { return }
        nextOtherTurn = clock.monotonicNanoseconds() &+ Sequencer.restNanoseconds
        _ = settle(at: now, atMost: Sequencer.otherRecordsPerTurn) { $0.popOther(at: now) }
    }

    /// Settles so many records' worth of entries; returns how many records were looked at.
    ///
    /// One entry is settled however many it has.
    private func settle(at now: Timestamp, atMost limit: Int, _ pop: (inout DueQueue) -> DueEntry?) -> Int {
        var context = DecisionContext(
            state: transaction, now: now, random: random, actor: .clock, pending: pendingRanges)
        var records = 0
        while records < limit, let entry = pop(&due) {
            let deadline = Deadlines.of(entry.kind)
            let more = deadline.records(of: entry, in: transaction)
            guard records == 0 || records + more <= limit else {
                due.insert(entry)
                break
            }
            records += more
            settling.append(entry)
            guard deadline.settle(entry, in: &context) else { continue }
            changes += 1
            settled[entry.kind] += 1
            counts.due[entry.kind] += 1
        }
        random = context.random
        return records
    }

    /// Takes back a frame that was not logged.
    func takeBackSettled(to mark: Transaction.Mark) {
        transaction.rollBack(to: mark)
        transaction.finishFrame()
        changes = 0
        for kind in DeadlineKind.allCases { counts.due[kind] -= settled[kind] }
        for entry in settling { due.insert(entry) }
        endSettling()
    }

    /// The frame in hand settles nothing any more: it was logged, or taken back.
    func endSettling() {
        guard !settling.isEmpty else { return }
        settling.removeAll(keepingCapacity: true)
        settled.removeAll()
    }

    /// Takes note of what the batch has given a deadline.
    func trackDue() {
        for deadline in Deadlines.all where transaction.touchedTables.contains(deadline.table) {
            transaction.forEachWritten(deadline.table) { due.insert(DueEntry(deadline, key: $0)) }
        }
    }
}
