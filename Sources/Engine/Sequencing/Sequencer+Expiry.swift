internal import Domain
internal import Journal
internal import Store

/// Letting holds run out whose time is over.
extension Sequencer {
    /// The most holds that one frame lets run out, so that a million at once do not make one giant frame.
    static let expiriesPerFrame = 20_000

    /// Whether a hold whose time is over has yet to run out.
    func hasDue(at now: Timestamp) -> Bool {
        guard let next = dueHolds.next else { return false }
        return next <= now
    }

    /// Lets due holds run out, the soonest first: whole frames are logged at once, the rest goes with the batch.
    ///
    /// - Returns: where the batch in hand begins; nil when the log cannot take the expiries, so that no decision
    ///   may be made: places that are free could look taken.
    func expireDue(at now: Timestamp, atMost limit: Int) -> Transaction.Mark? {
        if !canWrite, hasDue(at: now) { return nil }
        var left = limit
        while true {
            let start = transaction.mark()
            left -= expireFrame(at: now, atMost: min(left, Sequencer.expiriesPerFrame))
            guard left > 0, expiring.count == Sequencer.expiriesPerFrame else { return start }
            guard commit(at: now) == .done, failure == nil else {
                takeBackExpiries(to: start)
                return nil
            }
            guard unconfirmed == nil else { return nil }
        }
    }

    /// Lets so many due holds run out; returns how many were looked at.
    private func expireFrame(at now: Timestamp, atMost limit: Int) -> Int {
        endExpiries()
        var context = DecisionContext(state: transaction, now: now, random: random, pending: pendingCodes)
        while expiring.count < limit, let hold = dueHolds.popDue(at: now) {
            expiring.append(hold)
            guard Holds.expire(hold.number, tenant: hold.tenant, in: &context) else { continue }
            changes += 1
            expired += 1
            counts.holdsExpired += 1
        }
        random = context.random
        return expiring.count
    }

    /// Takes back a frame that was not logged.
    func takeBackExpiries(to mark: Transaction.Mark) {
        transaction.rollBack(to: mark)
        transaction.finishFrame()
        changes = 0
        counts.holdsExpired -= expired
        for hold in expiring { dueHolds.insert(hold) }
        endExpiries()
    }

    /// The frame in hand has no expiries any more: it was logged, or taken back.
    func endExpiries() {
        expiring.removeAll(keepingCapacity: true)
        expired = 0
    }
}
