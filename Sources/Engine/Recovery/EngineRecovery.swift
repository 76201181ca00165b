internal import Domain
public import Journal
public import Store
internal import Synchronization

extension Engine {
    /// The report of opening a directory, for the start banner.
    public struct RecoveryReport: Sendable {
        /// Frames that LMDB did not have yet and that were applied.
        public var framesReplayed = 0
        /// Commands in those frames.
        public var commandsReplayed: UInt64 = 0
        /// The torn tail that was cut, if there was one.
        public var cut: TornTailCut?
        /// True if the directory was new.
        public var isFirstStart = false
        /// True if this is the first start after a restore, which begins a new history.
        public var beginsHistory = false
    }

    /// Opens a data directory, making it if need be, and starts the engine on it.
    ///
    /// Recovery: LMDB is always a valid state; the journal is verified from that position on, its torn tail cut,
    /// and the rest applied.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - seams: The clock, the randomness and the disk.
    ///   - progress: Called with the sequence that replaying has reached and the one it will end at.
    ///   - derivingProgress: Called with the progress of computing a projection anew, which is needed when it was not
    ///     kept up to date before.
    ///   - failed: Called once, on an engine thread, when writing has stopped for good; end the process then.
    /// - Returns: The engine, and the report of the recovery.
    /// - Throws: ``EngineError``; nothing was changed that a later start could miss.
    /// - Complexity: O(*n*) in the commands that LMDB does not have yet.
    public static func open(
        _ configuration: EngineConfiguration, seams: EngineSeams = EngineSeams(),
        progress: (UInt64, UInt64) -> Void = { _, _ in },
        derivingProgress: (any Projection, ProjectionProgress) -> Void = { _, _ in },
        failed: @escaping @Sendable (EngineError) -> Void = { _ in }
    ) throws(EngineError) -> (engine: Engine, report: RecoveryReport) {
        do {
            let directory = try DataDirectory.claim(path: configuration.directory, role: configuration.role)
            let store = try openStore(configuration, in: directory, derivingProgress)
            let applied = try store.snapshot().point()
            let journal = JournalConfiguration(
                disk: seams.disk, directory: directory.journalPath, role: configuration.role,
                segmentBytes: UInt64(configuration.segmentBytes), preparesAhead: seams.threads.areParallel)
            let recovered = try Journal.recover(
                journal, from: applied.position, origin: applied == .beginning ? .beginning : nil)
            var report = try replay(recovered, into: store, from: applied, seams.threads, progress)
            report.cut = recovered.cut
            report.isFirstStart = recovered.end == .beginning
            let manifest = directory.manifest
            report.beginsHistory =
                manifest.numbersFrom != nil && manifest.standing.epoch > recovered.end.position.epoch
            let parts = try assemble(
                configuration, seams, directory, store, recovered, journal, failed: failed)
            return (Engine(parts: parts), report)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                isDamage(error) ? .damagedDirectory : .unusableDirectory, of: error,
                "\(configuration.directory) cannot be opened")
        }
    }

    /// True if the contents of the directory are at fault, and not the disk or its room.
    private static func isDamage(_ error: any Error) -> Bool {
        switch error {
        case is StoreError: true
        case let error as JournalError:
            switch error {
            case .damaged, .endsTooEarly, .notRetained, .unknownPosition, .rejected: true
            case .noSpace, .failed, .unsupportedVersion, .wrongRole: false
            }
        default: false
        }
    }

    /// Opens the tables, with all that is derived from them and wanted, and right.
    private static func openStore(
        _ configuration: EngineConfiguration, in directory: DataDirectory,
        _ derivingProgress: (any Projection, ProjectionProgress) -> Void
    ) throws(StoreError) -> StateStore {
        let projections = StateIndexes.all + configuration.projections
        let store = try StateStore.open(
            path: directory.storePath, tables: Tables.all, projections: projections,
            mapBytes: configuration.mapBytes)
        // Of programs that were killed while they looked at the tables, and that LMDB takes for alive.
        _ = store.clearStaleReaders()
        for projection in projections {
            let isStale = try store.projectionState(of: projection.id) == .stale
            guard isStale || configuration.rebuildsDerived else { continue }
            try store.rebuildProjection(projection.id) { derivingProgress(projection, $0) }
        }
        return store
    }

    static func replay(
        _ journal: RecoveredJournal, into store: StateStore, from applied: JournalPoint,
        _ threads: any EngineThreads = SystemThreads(), _ progress: (UInt64, UInt64) -> Void
    ) throws -> RecoveryReport {
        var report = RecoveryReport()
        guard journal.end.position > applied.position else {
            guard journal.end.chain == applied.chain else { throw divergence(applied.position) }
            return report
        }
        let reader = try journal.makeReader(after: applied.position)
        guard reader.point.chain == applied.chain else { throw divergence(applied.position) }
        let pipeline = ReplayPipeline(store: store, from: applied, threads: threads)
        defer { pipeline.close() }
        while let header = try reader.next(through: journal.end.position) {
            let point = reader.point
            let isLayerDone = try reader.withContents { (payload) throws(StoreError) in
                try pipeline.add(payload: payload, leadingTo: point)
            }
            report.framesReplayed += 1
            report.commandsReplayed += UInt64(header.commandCount)
            if isLayerDone { progress(point.position.sequence, journal.end.position.sequence) }
        }
        try pipeline.flush()
        progress(journal.end.position.sequence, journal.end.position.sequence)
        return report
    }

    private static func divergence(_ position: LogPosition) -> EngineError {
        EngineError(
            .damagedDirectory,
            "The store and the journal do not belong together: they differ at \(position). "
                + "Restore the directory from a snapshot.")
    }

    private static func assemble(
        _ configuration: EngineConfiguration, _ seams: EngineSeams, _ directory: DataDirectory, _ store: StateStore,
        _ recovered: RecoveredJournal, _ journal: JournalConfiguration,
        failed: @escaping @Sendable (EngineError) -> Void
    ) throws -> EngineParts {
        let point = recovered.end
        var standing = directory.manifest.standing
        standing.epoch = max(standing.epoch, point.position.epoch)
        let writer = try recovered.makeWriter()
        let state = try store.snapshot()
        let shared = EngineShared(
            point: point, location: writer.location, standing: standing, epochs: .load(from: state), failed: failed)
        let inbox = Inbox(capacity: configuration.inboxCapacity)
        let quorum = ReplicaQuorum(
            required: configuration.syncReplicas,
            timeoutMilliseconds: configuration.syncReplicasTimeoutMilliseconds, changed: { inbox.nudge() })
        let applier = makeApplier(configuration, seams, store, journal, shared, inbox)
        let sequencer = Sequencer(
            transaction: try store.transaction(), journal: writer, state: point,
            durability: configuration.durability, standing: standing, quorum: quorum, seams: seams,
            loggedThrough: { shared.durable.reach($0.position) },
            syncedThrough: { shared.sync($0, at: writer.location) },
            epochBegan: { entry in shared.epochs.withLock { $0.add(entry) } },
            credentialsChanged: { shared.credentials.apply($0) })
        shared.credentials.apply(.all(in: state))
        let publicIDs = try begin(sequencer, state, numbersFrom: directory.manifest.numbersFrom)
        sequencer.startConfirmed = { shared.hidesTables.store(false, ordering: .releasing) }
        if sequencer.withholdLog() { shared.hidesTables.store(true, ordering: .releasing) }
        guard let history = HistoryName.load(from: sequencer.transaction) else {
            preconditionFailure("a state with public ids has the secret that its history is named after")
        }
        try directory.record(history: history)
        let loop = SequencerLoop(
            sequencer: sequencer, inbox: inbox, applier: applier, store: store, shared: shared,
            configuration: configuration, seams: seams)
        return EngineParts(
            directory: directory, publicIDs: publicIDs, history: history, configuration: configuration, seams: seams,
            store: store,
            inbox: inbox, applier: applier, shared: shared, loop: loop, journal: journal, time: sequencer.time,
            quorum: quorum)
    }

    /// Makes the applier, which tells the others of what it has done.
    private static func makeApplier(
        _ configuration: EngineConfiguration, _ seams: EngineSeams, _ store: StateStore,
        _ journal: JournalConfiguration, _ shared: EngineShared, _ inbox: Inbox
    ) -> Applier {
        Applier(
            store: store, threads: seams.threads, clock: seams.clock,
            finished: { applied in
                shared.applied.reach(applied.position)
                shared.commits.add(1, ordering: .relaxed)
                let kept = UInt64(max(0, configuration.journalRetentionBytes))
                _ = try? Journal.removeSegments(journal, before: applied.position, keepingBytes: kept)
                let bytes = (try? Journal.segments(journal))?.reduce(0) { $0 + Int64($1.bytes) } ?? 0
                shared.journalBytes.store(bytes, ordering: .relaxed)
                inbox.nudge()
            },
            foundNoRoom: { inbox.nudge() },
            failed: { error in
                shared.fail(
                    EngineError(error.code == .digestMismatch ? .diverged : .storageFailed, error.message))
                inbox.close()
            })
    }

    /// Lets a primary begin: gives a new directory what every server needs (the default tenant,
    /// the id secret, a signing key), and begins the epoch that a promotion was interrupted before.
    private static func begin(
        _ sequencer: Sequencer, _ state: Snapshot, numbersFrom: UInt64?
    ) throws -> PublicIDs {
        if sequencer.standing.authority == .primary {
            // First: nothing may be decided in an epoch that has not begun.
            if sequencer.standing.epoch > sequencer.logged.position.epoch {
                sequencer.beginEpoch(numbersFrom: numbersFrom)
            }
            sequencer.withoutFollowers {
                let repairs = StateRepairs(of: state)
                let work = Decision<Void>(
                    by: .node,
                    { context in
                        _ = Bootstrap.run(in: &context)
                        repairs.make(in: &context)
                    }, answer: { _ in })
                sequencer.run([.general(work)])
            }
        }
        if let failure = sequencer.failure { throw failure }
        guard sequencer.dueEpoch == nil else {
            throw EngineError(.diskFull, "There is no room to begin an epoch in this directory; free some space.")
        }
        if let ids = PublicIDs.load(from: sequencer.transaction) { return ids }
        guard sequencer.standing.authority == .primary else {
            throw EngineError(.unusableDirectory, "This directory has no state yet; bootstrap it from a snapshot.")
        }
        throw EngineError(.diskFull, "There is no room to begin a journal in this directory; free some space.")
    }
}
