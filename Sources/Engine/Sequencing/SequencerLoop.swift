internal import DequeModule
internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// Advances a node step by step: takes waiting commands, has them decided, feeds the applier, keeps the clock of syncs
/// and expiries.
///
/// A step never waits for anybody. Where a batch must wait, for followers or for the applier, or where there is nothing
/// to do, ``wait`` says what for; the thread of production (``SystemThreads``) sleeps in the inbox until that has happened,
/// a simulation takes the next step when it likes.
///
/// `@unchecked Sendable`: everything but `shared`, `inbox` and `applier`, which are thread-safe, is touched by whoever
/// takes the steps only, one after the other, from the first one on.
final class SequencerLoop: SteppedNode, @unchecked Sendable {
    /// The stage of the turn in hand.
    private enum Stage {
        /// There is none.
        case between
        /// Due things are settled; the batches are decided one after the other.
        case deciding
        /// The inbox is closed: the rest is brought to its end.
        case ending
        case ended
    }

    /// The parts of a turn, in their order.
    private enum Agenda {
        case removal, commands, idle, done
    }

    let sequencer: Sequencer
    let inbox: Inbox
    let applier: Applier
    let store: StateStore
    let shared: EngineShared
    let configuration: EngineConfiguration
    let seams: EngineSeams
    private var stage = Stage.between
    private var agenda = Agenda.done
    /// The event that the next step waits for.
    private(set) var wait = NodeWait.anything(nanoseconds: 0)
    /// Work on the node itself that was taken and could not be done yet, and what came behind it.
    var control: Deque<any ControlWork> = []
    private var taken: [Work] = []
    /// The number of commands of ``taken`` that were put into batches of this turn.
    private var takenCount = 0
    private var batch: [Work] = []
    /// True if a batch was decided whose end is to be noted.
    private var isBatchOpen = false
    /// The commands that are offered again with the next batch: reads, until nothing is due; all commands, when due
    /// things that come first wait for followers.
    var late: [Work] = []
    /// True if ``late`` is offered again as soon as followers have the frame that it waits for.
    private var isOfferedAgain = false
    var recycled: SealedLayer?
    var keyFilter: KeyFilterKeeper
    var layersInFlight = 0
    var layerBegan: UInt64?
    var diskChecked: UInt64 = 0
    /// The number of things that wait for their time, in LMDB: counted when its snapshot is replaced.
    var waiting = PerCase<DeadlineKind, Int>()
    /// When the next piece of an abandoned big command may be removed; monotonic nanoseconds.
    var nextRemoval: UInt64 = 0
    /// When the piece was begun that is being removed; monotonic nanoseconds.
    var removalBegan: UInt64?
    /// The claims that were decided when big commands were last told of them.
    var claimsNoted: UInt64 = 0
    /// When a big command last had claims beside it; monotonic nanoseconds.
    var claimed: UInt64?

    init(
        sequencer: Sequencer, inbox: Inbox, applier: Applier, store: StateStore, shared: EngineShared,
        configuration: EngineConfiguration, seams: EngineSeams
    ) {
        self.sequencer = sequencer
        self.inbox = inbox
        self.applier = applier
        self.store = store
        self.shared = shared
        self.configuration = configuration
        self.seams = seams
        keyFilter = KeyFilterKeeper(seams.threads)
        sequencer.willAnswer = { [unowned sequencer] in
            shared.progress.withLock { $0.counts = sequencer.counts }
        }
        countWaiting()
        publish()
        wait = .anything(nanoseconds: sleepNanoseconds())
    }

    var isAwake: Bool { inbox.hasNews(wait) }

    var restNanoseconds: UInt64? { wait.nanoseconds }

    /// True if the inbox is closed and empty, everything is synced and LMDB is at the last position.
    var isOver: Bool { wait == .over }

    /// Advances as far as that is possible without waiting.
    ///
    /// - Parameter sleeps: True if the calling thread sleeps first until the event of ``wait``.
    func step(sleeps: Bool) {
        guard stage != .ended else { return }
        let mayTake = stage == .between
        let isOpen = inbox.take(sleeps ? wait : wait.now, into: &taken, &control)
        if shared.turnBegan.load(ordering: .relaxed) == 0 {
            shared.turnBegan.store(seams.clock.monotonicNanoseconds(), ordering: .relaxed)
        }
        rebaseIfApplied()
        checkDisk()
        if mayTake { if isOpen { beginTurn() } else { beginEnd() } }
        doControlWork()
        wait = continueTurn()
        publish()
        stopIfFailed()
        // A step that waits for the applier is not over: a commit that hangs is a sequencer that is stalled.
        if !isHeldUpByApplier { shared.turnBegan.store(0, ordering: .relaxed) }
    }

    private func beginTurn() {
        keepKeyFilter()
        stage = .deciding
        agenda = .removal
    }

    /// Continues the turn in hand; returns the event that the next step waits for.
    private func continueTurn() -> NodeWait {
        if let wait = decideBatches() { return wait }
        guard stage == .deciding else { return end() }
        sequencer.confirmPending()
        sequencer.synchronizeIfDue()
        sealIfDue()
        stage = .between
        return .anything(nanoseconds: sleepNanoseconds())
    }

    private var isSomethingDue: Bool {
        guard sequencer.standing.authority == .primary else { return false }
        let now = sequencer.time.now(leads: true)
        return sequencer.hasDue(at: now) || sequencer.hasOtherDue(at: now)
    }

    // MARK: Batches

    /// Decides the batches of the turn, one after the other.
    ///
    /// - Returns: what the next of them waits for; nil when there are none left.
    private func decideBatches() -> NodeWait? {
        while true {
            if let remaining = sequencer.settleFollowers() { return .control(nanoseconds: remaining) }
            if isOfferedAgain {
                offer([])
                continue
            }
            if isBatchOpen { endBatch() }
            guard sealIfLarge() else { return .control(nanoseconds: nil) }
            guard nextBatch() else { return nil }
            isBatchOpen = true
            offer(batch)
            batch.removeAll(keepingCapacity: true)
            publish()
        }
    }

    /// Lets a batch be decided, with what waits to be offered again.
    private func offer(_ batch: [Work]) {
        late = sequencer.run(late.isEmpty ? batch : late + batch)
        isOfferedAgain = sequencer.isAwaitingFollowers && !late.isEmpty
    }

    private func endBatch() {
        isBatchOpen = false
        noteFirstChange()
        if let began = removalBegan {
            let now = seams.clock.monotonicNanoseconds()
            nextRemoval = hasCompany ? now + (now &- began) : now
            removalBegan = nil
        }
        doControlWork()
    }

    /// Puts what is decided next into ``batch``; false when the turn has nothing more.
    private func nextBatch() -> Bool {
        while true {
            switch agenda {
            case .removal:
                agenda = taken.isEmpty ? .idle : .commands
                if let removal = removal() { batch.append(.general(removal)) }
            case .commands:
                fillBatch()
                if taken.isEmpty { agenda = .done }
            case .idle:
                agenda = .done
                if !late.isEmpty || isSomethingDue { return true }
            case .done:
                return stage == .ending && !late.isEmpty
            }
            if !batch.isEmpty { return true }
        }
    }

    /// Moves as many of the commands that were taken into the batch as one may have.
    private func fillBatch() {
        var room = configuration.batchCommandsMax
        while room > 0, takenCount < taken.count {
            let (first, rest) = taken[takenCount].split(after: room)
            batch.append(first)
            room -= first.count
            if let rest { taken[takenCount] = rest } else { takenCount += 1 }
        }
        guard takenCount == taken.count else { return }
        taken.removeAll(keepingCapacity: true)
        takenCount = 0
    }

    /// Does what concerns the node itself, however many commands wait, in the order in which it came: what cannot be
    /// done before the applier has gone on keeps what came later.
    private func doControlWork() {
        inbox.takeControl(into: &control)
        while let next = control.first, next.isReady(in: self) {
            control.removeFirst()
            next.run(in: self)
        }
    }

    // MARK: The end

    private func beginEnd() {
        keyFilter.stop()
        stage = .ending
        agenda = .done
    }

    /// Syncs, and brings LMDB up to the last position.
    private func end() -> NodeWait {
        sequencer.synchronize()
        doControlWork()
        guard control.isEmpty, settleLayers() else { return .control(nanoseconds: nil) }
        stage = .ended
        return .over
    }

    // MARK: Telling others

    func publish() {
        let snapshot = EngineShared.Progress(
            point: sequencer.logged, counts: sequencer.counts, overlayBytes: sequencer.transaction.overlayBytes,
            keyFilterBytes: sequencer.transaction.keyFilterBytes, waiting: waiting,
            diskFull: isShortOfRoom,
            isWithheld: sequencer.unconfirmedStart != nil
                || sequencer.unconfirmed != nil && !sequencer.isAwaitingFollowers)
        shared.progress.withLock { $0 = snapshot }
        tellBigCommands()
    }

    func stopIfFailed() {
        if let failure = sequencer.failure { shared.fail(failure) }
    }
}
