internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// The thread around the sequencer: takes what waits, lets it be decided, feeds the applier, keeps the clock of
/// syncs and expiries.
///
/// `@unchecked Sendable`: everything but `shared`, `inbox` and `applier`, which are thread-safe, is touched by the
/// loop's own thread only, from `run()` on.
final class SequencerLoop: @unchecked Sendable {
    private let sequencer: Sequencer
    private let inbox: Inbox
    private let applier: Applier
    private let store: StateStore
    private let shared: EngineShared
    private let configuration: EngineConfiguration
    private let seams: EngineSeams
    private var taken: [Work] = []
    private var batch: [Work] = []
    /// What only reads, and waits until nothing is due.
    private var late: [Work] = []
    private var recycled: SealedLayer?
    private var keyFilter = KeyFilterKeeper()
    private var layersInFlight = 0
    private var layerBegan: UInt64?
    private var diskChecked: UInt64 = 0
    /// When the next piece of an abandoned big command may be removed; monotonic nanoseconds.
    private var nextRemoval: UInt64 = 0

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
        tellBigCommands()
    }

    /// Runs until the inbox is closed and empty; then syncs and brings LMDB up to the last position.
    func run() {
        while inbox.take(into: &taken, timeoutNanoseconds: sleepNanoseconds()) {
            shared.turnBegan.store(seams.clock.monotonicNanoseconds(), ordering: .relaxed)
            rebaseIfApplied()
            keepKeyFilter()
            checkDisk()
            doControlWork()
            removeAbandoned()
            if taken.isEmpty {
                if !late.isEmpty || isSomethingDue { runBatch() }
            } else {
                runBatches()
            }
            sequencer.confirmPending()
            sequencer.synchronizeIfDue()
            sealIfDue()
            publish()
            stopIfFailed()
            shared.turnBegan.store(0, ordering: .relaxed)
        }
        finish()
    }

    private var isSomethingDue: Bool {
        guard sequencer.standing.authority == .primary else { return false }
        let now = sequencer.time.now(leads: true)
        return sequencer.hasDue(at: now) || sequencer.hasOtherDue(at: now)
    }

    private func runBatches() {
        var room = configuration.batchCommandsMax
        for work in taken {
            var next: Work? = work
            while let some = next {
                let (first, rest) = some.split(after: room)
                batch.append(first)
                room -= first.count
                next = rest
                guard room == 0 else { continue }
                runBatch()
                room = configuration.batchCommandsMax
            }
        }
        if !batch.isEmpty { runBatch() }
        taken.removeAll(keepingCapacity: true)
    }

    private func runBatch() {
        decide(batch)
        batch.removeAll(keepingCapacity: true)
        noteFirstChange()
        sealIfLarge()
        publish()
        doControlWork()
    }

    /// Does what concerns the node itself: between two batches, however many commands wait.
    private func doControlWork(within nanoseconds: UInt64 = 0) {
        for control in inbox.takeControl(timeoutNanoseconds: nanoseconds) { control.run(in: self) }
    }

    /// Lets a batch be decided, and does control work while its frame, or what came before it, waits for followers: a
    /// promotion or a newer primary's word must not wait for those who wait for it.
    ///
    /// What only reads waits here for what is due, while others claim.
    private func decide(_ batch: [Work]) {
        var rest = sequencer.run(late.isEmpty ? batch : late + batch)
        while sequencer.isAwaitingFollowers, !rest.isEmpty {
            awaitFollowers()
            rest = sequencer.run(rest)
        }
        awaitFollowers()
        late = rest
    }

    private func awaitFollowers() {
        while let remaining = sequencer.settleFollowers() {
            publish()
            doControlWork(within: remaining)
        }
    }

    // MARK: Layers

    private func noteFirstChange() {
        if layerBegan == nil, sequencer.transaction.activeLayerSize.entries > 0 {
            layerBegan = seams.clock.monotonicNanoseconds()
        }
    }

    private var isLayerLarge: Bool {
        let size = sequencer.transaction.activeLayerSize
        return size.entries >= configuration.layerEntries || size.bytes >= configuration.layerBytes
    }

    /// A layer that is full goes to the applier at once; when that is busy, the log waits for it here, so that
    /// memory stays bounded and the inbox pushes back.
    private func sealIfLarge() {
        guard isLayerLarge else { return }
        if applier.isBusy {
            applier.hurry()
            let size = sequencer.transaction.activeLayerSize
            guard size.entries >= 2 * configuration.layerEntries || size.bytes >= 2 * configuration.layerBytes
            else { return }
            applier.waitUntilIdle()
            rebaseIfApplied()
        }
        seal()
    }

    private func sealIfDue() {
        noteFirstChange()
        if shared.applied.isAwaited { applier.hurry() }
        guard let layerBegan, !applier.isBusy else { return }
        let age = seams.clock.monotonicNanoseconds() &- layerBegan
        let isOld = age >= UInt64(configuration.commitIntervalMilliseconds) * 1_000_000
        if isOld || isLayerLarge || isRoomWanted || shared.applied.isAwaited { seal() }
    }

    private func seal() {
        sequencer.synchronize()
        // What too few followers have may be lost with this node: nobody sees it before.
        let isWithheld = sequencer.unconfirmed != nil && sequencer.standing.authority == .primary
        guard sequencer.failure == nil, !isWithheld else { return }
        let allowed = allowedNanoseconds
        let layer = sequencer.transaction.sealLayer(reusing: recycled)
        recycled = nil
        layerBegan = nil
        layersInFlight += 1
        shared.sealed.withLock { $0 = sequencer.logged.position }
        applier.submit(
            Applier.Job(layer: layer, target: sequencer.logged, allowedNanoseconds: allowed))
    }

    /// How long the applier may take for the layer: two thirds of the time in which the next one grows old, unless it
    /// was full before that, or somebody waits for it; a tenth where a big command waits for room.
    private var allowedNanoseconds: UInt64 {
        guard !isLayerLarge, !shared.applied.isAwaited else { return 0 }
        let interval = UInt64(configuration.commitIntervalMilliseconds) * 1_000_000
        return isRoomWanted ? interval / 10 : interval * 2 / 3
    }

    /// Drops from the overlay what LMDB holds now.
    private func rebaseIfApplied() {
        let finished = applier.takeFinished()
        guard !finished.isEmpty else { return }
        do {
            sequencer.transaction.rebase(onto: try store.snapshot(), appliedLayers: finished.count)
            layersInFlight -= finished.count
            recycled = finished.last
        } catch {
            shared.fail(EngineError(.storageFailed, error.message))
        }
    }

    private func keepKeyFilter() {
        guard sequencer.standing.authority == .primary else { return }
        keyFilter.keep(sequencer.transaction, now: seams.clock.monotonicNanoseconds())
    }

    // MARK: Time

    /// How long nothing can become due; nil when nothing will.
    private func sleepNanoseconds() -> UInt64? {
        var milliseconds: Int64?
        func atMost(_ limit: Int64) { milliseconds = min(milliseconds ?? .max, max(limit, 1)) }
        if sequencer.hasUnsyncedFrames, case .interval(let interval) = configuration.durability {
            atMost(Int64(interval))
        }
        if hasWorkOfNobody { atMost(2) }
        if layerBegan != nil { atMost(Int64(configuration.commitIntervalMilliseconds)) }
        if sequencer.standing.authority == .primary,
            let rest = sequencer.millisecondsToDue(at: sequencer.time.now(leads: true))
        {
            atMost(min(rest, 60_000))
        }
        // The disk is shared: it fills and empties also where nobody claims, and nobody is sent here while it is full.
        atMost(isShortOfRoom ? 1000 : 5000)
        return milliseconds.map { UInt64($0) * 1_000_000 }
    }

    /// Whether writes are refused for lack of room: too little is free, or a frame found none a moment ago.
    ///
    /// A quota refuses writes where the file system has room, and only another attempt can tell that it does no more.
    private var isShortOfRoom: Bool {
        if sequencer.isDiskFull { return true }
        guard let last = sequencer.lastNoSpaceNanoseconds else { return false }
        return seams.clock.monotonicNanoseconds() &- last < SequencerLoop.noSpaceNanoseconds
    }

    /// How long a frame that found no room speaks for those to come.
    private static let noSpaceNanoseconds: UInt64 = 10_000_000_000

    /// Looks at the free space once a second.
    private func checkDisk() {
        let now = seams.clock.monotonicNanoseconds()
        guard now &- diskChecked >= 1_000_000_000 else { return }
        diskChecked = now
        guard let free = try? seams.disk.freeBytes(configuration.directory) else { return }
        shared.freeDiskBytes.store(Int64(clamping: free), ordering: .relaxed)
        sequencer.setDiskFull(Int64(clamping: free) < configuration.freeDiskBytesMin)
    }

    // MARK: Big commands

    /// Removes a piece of what a big command has stored that nobody carries out any more, then gives others time.
    private func removeAbandoned() {
        guard hasWorkOfNobody, seams.clock.monotonicNanoseconds() >= nextRemoval, hasRoom,
            let range = shared.bigCommands.abandoned(of: sequencer.pendingCodes)
        else { return }
        let start = seams.clock.monotonicNanoseconds()
        let removal = Decision<Bool>(
            { context in PendingCodes.removePiece(ofRangeBefore: range.end, in: &context) }, answer: { _ in })
        decide([.general(removal)])
        noteFirstChange()
        sealIfLarge()
        let end = seams.clock.monotonicNanoseconds()
        nextRemoval = end + (end &- start)
    }

    /// Whether an abandoned big command can be removed here and now.
    private var hasWorkOfNobody: Bool {
        !sequencer.pendingCodes.isEmpty && sequencer.standing.authority == .primary && sequencer.failure == nil
            && sequencer.canWrite && shared.bigCommands.abandoned(of: sequencer.pendingCodes) != nil
    }

    /// The most entries of a layer that big commands add to.
    ///
    /// Their texts are random, so LMDB writes a page for nearly each of them, and those who claim wait for the journal's
    /// sync behind the commit's: 16 MB of pages take a disk some 25 ms, 80 MB took it 120.
    private static let bigCommandEntries = 12_000

    /// Whether the overlay can take another piece of a big command.
    private var hasRoom: Bool { sequencer.transaction.activeLayerSize.entries < SequencerLoop.bigCommandEntries }

    /// Whether a big command waits for the layer to go.
    private var isRoomWanted: Bool { !sequencer.pendingCodes.isEmpty && !hasRoom }

    private func tellBigCommands() {
        shared.bigCommands.hasRoom.store(hasRoom, ordering: .releasing)
        let isAbandoned = shared.bigCommands.abandoned(of: sequencer.pendingCodes) != nil
        shared.bigCommands.hasAbandoned.store(isAbandoned, ordering: .releasing)
    }

    // MARK: Roles

    /// Takes over frames that the primary has decided, and makes them durable.
    ///
    /// - Parameter record: writes down in the directory that there is a new epoch.
    func follow(
        _ frames: [UInt8], of epoch: UInt64, _ record: (NodeStanding) throws(EngineError) -> Void
    ) throws(EngineError) -> JournalPoint {
        defer {
            noteFirstChange()
            sealIfLarge()
            publish()
        }
        let known = sequencer.standing.epoch
        try sequencer.follow(frames.span.bytes, of: epoch)
        if sequencer.standing.epoch != known {
            try record(sequencer.standing)
            tellAuthority()
        }
        return sequencer.logged
    }

    /// Notes where writes go, without a change of anything else.
    ///
    /// - Parameter epoch: of the node that says so. An older one than this node knows of speaks of a primary that
    ///   another has replaced, however shortly before.
    func note(primary: String, of epoch: UInt64) {
        guard sequencer.standing.authority != .primary, epoch >= sequencer.knownEpoch,
            sequencer.standing.primary != primary
        else { return }
        sequencer.standing.primary = primary
        tellAuthority()
    }

    /// Makes this node the primary of a new epoch.
    ///
    /// - Parameter record: writes down in the directory what the node is now, before its first frame.
    func promote(_ record: (NodeStanding) throws(EngineError) -> Void) throws(EngineError) -> LogPosition {
        guard sequencer.standing.authority != .primary else { return sequencer.logged.position }
        if let failure = sequencer.failure { throw failure }
        guard !sequencer.isDiskFull else { throw Sequencer.diskFullError }
        try settle()
        var random = seams.makeRandom()
        let next = EpochNumber.next(
            after: sequencer.knownEpoch, wallMilliseconds: seams.clock.wallMilliseconds(), random: &random)
        guard let epoch = next else {
            throw EngineError(.unusableDirectory, "There is no higher epoch left for a new primary.")
        }
        let standing = NodeStanding(authority: .primary, epoch: epoch, primary: nil)
        try record(standing)
        do {
            try sequencer.becomePrimary(in: standing.epoch, state: store.snapshot())
        } catch {
            throw EngineError(.storageFailed, error.message)
        }
        noteFirstChange()
        publish()
        tellAuthority()
        if let failure = sequencer.failure { throw failure }
        return sequencer.logged.position
    }

    /// Learns that there is a newer primary.
    ///
    /// - Returns: whether that is news.
    func learn(
        epoch: UInt64, primary: String?, _ record: (NodeStanding) throws(EngineError) -> Void
    ) throws(EngineError) -> Bool {
        guard epoch > sequencer.standing.epoch else {
            // Whoever told of the epoch first may not have known where its primary is.
            if epoch == sequencer.knownEpoch, let primary { note(primary: primary, of: epoch) }
            return false
        }
        var standing = NodeStanding(authority: sequencer.standing.authority, epoch: epoch, primary: primary)
        if standing.authority != .replica { standing.authority = .superseded(by: epoch) }
        try record(standing)
        // The new primary decides what becomes of a frame that followers have not confirmed.
        sequencer.stopAwaiting()
        sequencer.standing = standing
        tellAuthority()
        return true
    }

    /// Brings LMDB up to the last frame.
    private func settle() throws(EngineError) {
        applier.waitUntilIdle()
        rebaseIfApplied()
        guard sequencer.transaction.activeLayerSize.entries > 0 else { return }
        seal()
        applier.waitUntilIdle()
        rebaseIfApplied()
        guard layersInFlight == 0 else {
            throw shared.failureReason ?? EngineError(.storageFailed, "The tables could not be brought up to date.")
        }
    }

    private func tellAuthority() {
        let standing = sequencer.standing
        shared.standing.withLock { $0 = standing }
        shared.decides.store(standing.authority == .primary, ordering: .releasing)
    }

    // MARK: Telling others

    private func publish() {
        let snapshot = EngineShared.Progress(
            point: sequencer.logged, counts: sequencer.counts, overlayBytes: sequencer.transaction.overlayBytes,
            keyFilterBytes: sequencer.transaction.keyFilterBytes, waiting: waiting,
            diskFull: isShortOfRoom,
            isWithheld: sequencer.unconfirmed != nil && !sequencer.isAwaitingFollowers)
        shared.progress.withLock { $0 = snapshot }
        tellBigCommands()
    }

    /// How many things wait for their time, in LMDB.
    private var waiting: PerCase<DeadlineKind, Int> {
        var waiting = PerCase<DeadlineKind, Int>()
        for deadline in Deadlines.all { waiting[deadline.kind] = sequencer.transaction.base.count(deadline.table) }
        return waiting
    }

    private func stopIfFailed() {
        if let failure = sequencer.failure { shared.fail(failure) }
    }

    private func finish() {
        keyFilter.stop()
        while !late.isEmpty { decide([]) }
        sequencer.synchronize()
        applier.waitUntilIdle()
        rebaseIfApplied()
        if sequencer.failure == nil, sequencer.transaction.activeLayerSize.entries > 0 {
            seal()
            applier.waitUntilIdle()
        }
        publish()
        stopIfFailed()
    }
}
