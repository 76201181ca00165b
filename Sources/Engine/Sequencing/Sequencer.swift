internal import Domain
internal import Journal
internal import Store

/// Decides, logs and publishes: the only place where the state changes.
///
/// A plain state machine: it owns no thread and no queue. ``SequencerLoop`` feeds it batches; a simulation can do
/// so step by step. Confined to whoever runs it.
final class Sequencer {
    let transaction: Transaction
    let journal: JournalWriter
    let clock: any EngineClock
    /// The clock of the node, for batches and for reads.
    let time: NodeClock
    var random: any RandomNumberGenerator
    private var subject = TargetMemo()
    /// The numbers whose things nobody may see, as of the command decided last.
    private(set) var pendingRanges: PendingRanges
    private let durability: Durability
    let quorum: ReplicaQuorum
    /// The things that fall due soon.
    var due = DueQueue()
    /// When more of what nobody waits for may be settled; monotonic nanoseconds.
    var nextOtherTurn: UInt64 = 0
    /// The standing of this node; its epoch is the one that frames are written in, or the lowest that a replica takes.
    var standing: NodeStanding
    /// The state after the last frame that was written.
    var logged: JournalPoint
    /// The last frame, while fewer followers have it than must: nobody is told of it, and nothing is decided on it.
    var unconfirmed: UnconfirmedFrame?
    /// True if there was no log before this start.
    let isNewLog: Bool
    /// Where the log ended at the start, until enough followers have that: how much of it they had before is not known,
    /// so nobody is told of any of it.
    var unconfirmedStart: LogPosition?
    /// Called when they have it, before anybody is answered.
    var startConfirmed: () -> Void = {}
    /// Called before anybody is answered, so that whoever was answered finds the answer counted.
    var willAnswer: () -> Void = {}
    /// True if the answers of the last batch are kept until followers have its frame, or its time is over.
    var isAwaitingFollowers = false
    var counts = EngineCounts()
    /// Set when the disk failed: nothing is decided any more.
    var failure: EngineError?
    private(set) var isDiskFull = false
    /// When a frame last found no room on the disk, until one finds some.
    private(set) var lastNoSpaceNanoseconds: UInt64?
    private var lastSyncNanoseconds: UInt64
    var unsyncedFrames = 0
    let decoder = FrameDecoder()
    /// The epoch that the next frame begins.
    var dueEpoch: DueEpoch?
    /// The keys and tenants that frames of another node have changed since the last sync.
    var followedCredentials = CredentialChanges()
    /// The epochs that frames of another node have begun since the last sync.
    var followedEpochs: [Epochs.Entry] = []
    private var payload = FrameBuffer()
    /// Called when frames are durable and before anybody is answered, so that a reader who was answered finds them.
    let loggedThrough: (JournalPoint) -> Void
    /// Called when the log is on stable storage up to a point: what replicas may be sent.
    let syncedThrough: (JournalPoint) -> Void
    /// Called when a frame that begins an epoch is on stable storage.
    let epochBegan: (Epochs.Entry) -> Void
    /// Called with the keys and tenants that acknowledged frames have changed, before anybody is answered.
    let credentialsChanged: (CredentialChanges) -> Void

    /// Commands of the batch in hand that changed the state.
    var changes: UInt32 = 0 {
        didSet { transaction.commandInFrame = changes }
    }
    /// The records of what is due that a turn settles before it decides: a few milliseconds of work that those who
    /// claim wait for.
    var duePerTurn = 2000
    /// The entries that the frame under construction settles.
    var settling: [DueEntry] = []
    /// The number of entries of each kind that had something to settle.
    var settled = PerCase<DeadlineKind, UInt64>()
    /// True if a command of the batch in hand was refused what something due may make free.
    private var isShortBesideDue = false
    private var replies = Replies()
    private var completions: [(work: any GeneralWork, position: LogPosition)] = []

    init(
        transaction: Transaction, journal: JournalWriter, state: JournalPoint, durability: Durability,
        standing: NodeStanding, quorum: ReplicaQuorum, seams: EngineSeams,
        loggedThrough: @escaping (JournalPoint) -> Void,
        syncedThrough: @escaping (JournalPoint) -> Void, epochBegan: @escaping (Epochs.Entry) -> Void,
        credentialsChanged: @escaping (CredentialChanges) -> Void
    ) {
        self.transaction = transaction
        pendingRanges = PendingRanges(reading: transaction)
        self.journal = journal
        self.clock = seams.clock
        self.random = seams.makeRandom()
        self.durability = durability
        self.quorum = quorum
        self.standing = standing
        self.loggedThrough = loggedThrough
        self.syncedThrough = syncedThrough
        self.epochBegan = epochBegan
        self.credentialsChanged = credentialsChanged
        logged = state
        isNewLog = state == .beginning
        lastSyncNanoseconds = seams.clock.monotonicNanoseconds()
        time = NodeClock(seams.clock, startingAt: state.time)
    }

    /// Reads what is pending from the state: after frames of another node were taken over.
    func reloadPendingRanges() {
        pendingRanges = PendingRanges(reading: transaction)
    }

    /// Refuses writes while the disk has too little room; reads and replays continue.
    func setDiskFull(_ full: Bool) {
        isDiskFull = full
    }

    // MARK: A batch

    /// Decides a batch, makes it durable and answers everybody in it.
    ///
    /// Due things come first. Where there are many, a turn's worth of them: the rest comes with the next batches,
    /// unless a command would be refused for their sake.
    ///
    /// Never blocks for followers: where they must have the frame first, the answers are kept and
    /// ``isAwaitingFollowers`` is set; ``settleFollowers()`` gives them out.
    ///
    /// - Returns: what was not looked at and is to be offered again: everything, when what comes first waits for
    ///   followers (until ``isAwaitingFollowers`` is over); what only reads, while something is due.
    /// - Precondition: ``isAwaitingFollowers`` is false.
    @discardableResult
    func run(_ batch: [Work]) -> [Work] {
        precondition(!isAwaitingFollowers, "one frame at a time waits for followers")
        if let failure { return refuse(batch, failure) }
        let now = time.now(leads: standing.authority == .primary)
        guard standing.authority == .primary else { return view(batch, at: now, refusing: standing.refusal) }
        guard confirmPending() else { return refuse(batch, Sequencer.tooFewReplicas) }
        var limit = duePerTurn
        guard var start = settleDue(at: now, atMost: limit) else { return refuseBeforeDue(batch, at: now) }
        let isBehind = hasDue(at: now)
        settleOthers(at: now)
        // A figure that is shown has no refusal that would tell it to wait.
        let (decided, late) = isBehind ? (batch.filter { !$0.isView }, batch.filter(\.isView)) : (batch, [])
        var (counted, pending) = (counts, pendingRanges)
        while true {
            decide(decided, at: now, unlessWriting: quorum.isShort || isDiskFull ? writeRefusal : nil)
            guard isShortBesideDue, hasDue(at: now) else { break }
            takeBack(to: start, counted, pending)
            limit = limit > .max / 4 ? .max : limit * 4
            guard let next = settleDue(at: now, atMost: limit) else { return refuseBeforeDue(batch, at: now) }
            (start, counted, pending) = (next, counts, pendingRanges)
        }
        if commit(at: now) == .noSpace {
            takeBack(to: start, counted, pending)
            guard let again = settleDue(at: now, atMost: .max) else { return refuse(batch, noSpaceError) }
            guard commit(at: now) == .done else {
                takeBackSettled(to: again)
                return refuse(batch, noSpaceError)
            }
            decide(decided, at: now, unlessWriting: Sequencer.diskFullError)
            _ = commit(at: now)
        }
        counts.batchSizes.add(UInt64(decided.reduce(0) { $0 + $1.count }))
        publish(at: now)
        return late
    }

    /// Answers a batch where the log cannot take what comes first.
    private func refuseBeforeDue(_ batch: [Work], at now: Timestamp) -> [Work] {
        if let failure { return refuse(batch, failure) }
        isAwaitingFollowers = unconfirmed != nil
        return isAwaitingFollowers ? batch : view(batch, at: now, refusing: writeRefusal)
    }

    /// Why a batch is refused whose frame found no room.
    private var noSpaceError: EngineError { failure ?? Sequencer.diskFullError }

    /// Takes back what a batch has decided, and what its frame has settled.
    private func takeBack(to mark: Transaction.Mark, _ counted: EngineCounts, _ pending: PendingRanges) {
        counts = counted
        pendingRanges = pending
        takeBackAnswers()
        takeBackSettled(to: mark)
    }

    /// Answers what only reads, where nothing can be decided.
    private func view(_ batch: [Work], at now: Timestamp, refusing refusal: EngineError) -> [Work] {
        decide(batch.filter(\.isView), at: now, unlessWriting: refusal)
        publish(at: now)
        return refuse(batch.filter { !$0.isView }, refusal)
    }

    /// True if commands that change something can be decided at present.
    var canWrite: Bool { !isDiskFull && !quorum.isShort && unconfirmed == nil && unconfirmedStart == nil }

    /// Why nothing can be written at present.
    private var writeRefusal: EngineError {
        let obstacles = Obstacle.ofWriting(
            isShort: quorum.isShort, isWithheld: unconfirmed != nil || unconfirmedStart != nil,
            isDiskFull: isDiskFull)
        return obstacles.first?.error ?? Sequencer.diskFullError
    }

    /// - Parameters:
    ///   - batch: The commands.
    ///   - now: The time of the batch.
    ///   - refusal: The answer to commands that would change something, when nothing may be written.
    private func decide(_ batch: [Work], at now: Timestamp, unlessWriting refusal: EngineError?) {
        var context = DecisionContext(
            state: transaction, now: now, random: random, subject: subject, pending: pendingRanges,
            claims: counts.claims)
        if let dueEpoch, refusal == nil {
            context.actor = .node
            dueEpoch.begin(in: &context)
            changes += 1
        }
        for work in batch {
            switch work {
            case .claims(let submissions, let mailbox):
                replies.begin(mailbox, count: submissions.count)
                // In the array's own memory: a submission that is taken out of it is copied.
                let submissions = submissions.span
                for index in submissions.indices { decide(submissions[index], in: &context, refusal) }
            case .general(let general):
                decide(general, in: &context, refusal)
            }
        }
        random = context.random
        isShortBesideDue = context.isShortBesideDue
        subject = context.subject
        counts.claims = context.claims
        pendingRanges = context.pending
    }

    private func decide(
        _ submission: borrowing ClaimSubmission, in context: inout DecisionContext, _ refusal: EngineError?
    ) {
        let writes = transaction.writeCount
        let outcome: ClaimOutcome
        context.actor = submission.actor
        if let refusal {
            let (mark, counted) = (transaction.mark(), context.claims)
            outcome = Claims.decide(submission.command, in: &context)
            if transaction.writeCount != writes {
                transaction.rollBack(to: mark)
                context.claims = counted
                replies.add(submission.token, .failure(refusal), at: position, now: context.now)
                return
            }
        } else {
            outcome = Claims.decide(submission.command, in: &context)
            if transaction.writeCount != writes { changes += 1 }
        }
        replies.add(submission.token, .success(outcome), at: position, now: context.now)
    }

    private func decide(_ work: any GeneralWork, in context: inout DecisionContext, _ refusal: EngineError?) {
        let writes = transaction.writeCount
        let (mark, counted, pending) = (transaction.mark(), context.claims, context.pending)
        context.beginCommand(before: position, after: nextPosition)
        context.actor = work.actor
        do throws(Rejection) {
            try work.decide(in: &context)
        } catch {
            transaction.rollBack(to: mark)
            context.restore(pending: pending)
        }
        if transaction.writeCount != writes {
            if let refusal {
                transaction.rollBack(to: mark)
                context.claims = counted
                context.restore(pending: pending)
                work.fail(refusal)
                return
            }
            changes += 1
        }
        completions.append((work, position))
    }

    /// The position of the command decided last.
    private var position: LogPosition {
        LogPosition(
            epoch: changes > 0 ? standing.epoch : logged.position.epoch,
            sequence: logged.position.sequence + UInt64(changes))
    }

    /// The position of the next command that changes the state.
    private var nextPosition: LogPosition {
        LogPosition(epoch: standing.epoch, sequence: logged.position.sequence + UInt64(changes) + 1)
    }

    // MARK: Logging

    enum Commit {
        case done, noSpace
    }

    /// Writes and, as the durability mode says, syncs the batch's frame.
    @discardableResult
    func commit(at now: Timestamp) -> Commit {
        guard changes > 0 else {
            transaction.finishFrame()
            endSettling()
            return .done
        }
        transaction.encodeFrame(into: &payload)
        var next = JournalPoint(
            position: position, chain: logged.chain, digest: transaction.digest, time: now)
        do throws(JournalError) {
            let entry = JournalWriter.Entry(
                firstSequence: logged.position.sequence + 1, commandCount: changes, time: now, digest: next.digest,
                epoch: next.position.epoch)
            let frame = try journal.append(payload.bytes.bytes, entry)
            next.chain = frame.chain
            counts.frames += 1
            counts.frameBytes += UInt64(frame.storedBytes)
            unsyncedFrames += 1
            if durability == .fsync || quorum.required > 0 { try syncJournal() }
        } catch {
            if case .noSpace = error {
                lastNoSpaceNanoseconds = clock.monotonicNanoseconds()
                return .noSpace
            }
            fail(error)
            return .done
        }
        lastNoSpaceNanoseconds = nil
        counts.commands += UInt64(changes)
        changes = 0
        endSettling()
        logged = next
        trackDue()
        if unsyncedFrames == 0 { syncedThrough(next) }
        if let dueEpoch, transaction.touchedTables.contains(Tables.settings) {
            epochBegan(dueEpoch.entry)
            self.dueEpoch = nil
        }
        let credentials = changedCredentials()
        if quorum.has(next.position) {
            tell(next, credentials)
        } else {
            unconfirmed = UnconfirmedFrame(
                point: next, credentials: credentials,
                deadlineNanoseconds: clock.monotonicNanoseconds() &+ quorum.timeoutNanoseconds)
        }
        transaction.finishFrame()
        return .done
    }

    /// The keys and tenants that the batch has written.
    private func changedCredentials() -> CredentialChanges {
        var changes = CredentialChanges()
        for table in [Tables.apiKeys, Tables.tenantNames] where transaction.touchedTables.contains(table) {
            transaction.forEachWritten(table) { changes.note(table, key: $0, in: transaction) }
        }
        return changes
    }

    func syncJournal() throws(JournalError) {
        let start = clock.monotonicNanoseconds()
        try journal.synchronize()
        let end = clock.monotonicNanoseconds()
        lastSyncNanoseconds = end
        unsyncedFrames = 0
        counts.syncTimes.add(end &- start)
        counts.syncNanosecondsMax = max(counts.syncNanosecondsMax, end &- start)
    }

    /// Syncs what weaker durability modes have left un-synced, so that LMDB never holds what the journal may lose.
    func synchronize() {
        guard unsyncedFrames > 0, failure == nil else { return }
        do throws(JournalError) {
            try syncJournal()
            syncedThrough(logged)
        } catch {
            fail(error)
        }
    }

    /// Syncs if the interval mode says that it is time.
    func synchronizeIfDue() {
        guard case .interval(let milliseconds) = durability, unsyncedFrames > 0 else { return }
        let elapsed = clock.monotonicNanoseconds() &- lastSyncNanoseconds
        if elapsed >= UInt64(milliseconds) * 1_000_000 { synchronize() }
    }

    /// True if a sync is still due, so that the loop does not sleep for ever.
    var hasUnsyncedFrames: Bool { unsyncedFrames > 0 }

    func fail(_ error: JournalError) {
        failure = EngineError(.storageFailed, "The journal cannot be written: \(error). Writing has stopped.")
    }

    // MARK: Answering

    static let tooFewReplicas = Obstacle.tooFewReplicas.error
    static let diskFullError = Obstacle.diskFull.error

    /// Answers everybody, or keeps the answers while the frame waits for followers.
    private func publish(at now: Timestamp) {
        if failure == nil, unconfirmed != nil {
            isAwaitingFollowers = true
        } else {
            giveOut(at: now)
        }
    }

    func giveOut(at now: Timestamp) {
        willAnswer()
        guard failure == nil, unconfirmed == nil else {
            let unknown = EngineError(
                .outcomeUnknown,
                failure != nil
                    ? "The journal failed while this was being written; ask again after the restart."
                    : "This is written here, but not on as many replicas as it must be; ask again to learn the outcome."
            )
            replies.failAll(unknown)
            replies.deliver()
            for completion in completions { completion.work.fail(unknown) }
            completions.removeAll()
            return
        }
        replies.deliver()
        for completion in completions { completion.work.complete(position: completion.position, time: now) }
        completions.removeAll(keepingCapacity: true)
    }

    private func takeBackAnswers() {
        replies.removeAll()
        completions.removeAll(keepingCapacity: true)
    }

    /// Answers everybody with an error; nothing is left to be offered again.
    private func refuse(_ batch: [Work], _ error: EngineError) -> [Work] {
        for work in batch {
            switch work {
            case .claims(let submissions, let mailbox):
                replies.begin(mailbox, count: submissions.count)
                for submission in submissions {
                    replies.add(submission.token, .failure(error), at: logged.position, now: logged.time)
                }
            case .general(let general): general.fail(error)
            }
        }
        replies.deliver()
        return []
    }
}
