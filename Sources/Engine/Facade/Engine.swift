internal import Dispatch
public import Domain
public import Journal
public import Store
internal import Synchronization

/// Gives out places: the whole product without HTTP.
///
/// One sequencer thread decides every command in one order, writes the effects of a batch as one journal frame,
/// and answers when the frame is as durable as ``EngineConfiguration/durability`` says. Behind it one applier
/// thread brings LMDB forward.
///
/// - Invariant: in every state that anybody can observe, no counter is over its limit, no redeemer has two live
///   claims on one thing, and everything acknowledged is in the journal.
public final class Engine: Sendable {
    /// The data directory that the engine holds.
    public let directory: DataDirectory
    /// The permutation between internal numbers and the ids that clients see.
    public let publicIDs: PublicIDs
    let configuration: EngineConfiguration
    let history: Hash128
    let shared: EngineShared
    let journal: JournalConfiguration
    /// The clock of the node, for batches and for reads.
    let time: NodeClock
    /// The clock of waits.
    let clock: any EngineClock
    /// The followers that must have a frame before it is acknowledged.
    public let quorum: ReplicaQuorum
    let inbox: Inbox
    private let readers: ReadingThreads
    /// Carries out big commands between their pieces, so that what they cost is taken from nobody else.
    let bigCommandLane: any WorkLane
    /// The parts that have the directory open; nil once the engine is closed, so that it can be opened again.
    private let core: Mutex<Core?>

    private struct Core {
        var store: StateStore
        var applier: Applier
        var thread: any WorkThread
    }

    init(parts: consuming EngineParts) {
        directory = parts.directory
        publicIDs = parts.publicIDs
        history = parts.history
        configuration = parts.configuration
        inbox = parts.inbox
        shared = parts.shared
        journal = parts.journal
        time = parts.time
        quorum = parts.quorum
        clock = parts.seams.clock
        let threads = parts.seams.threads
        readers = ReadingThreads(threads, short: 2, long: 1)
        bigCommandLane = threads.makeLane("usher-big", threads: 1)
        core = Mutex(Core(store: parts.store, applier: parts.applier, thread: threads.carry(parts.loop)))
        shared.phase.withLock { if $0 == .recovering { $0 = .ready } }
    }

    // MARK: Commands

    /// Decides one claim.
    ///
    /// Returns after the decision is durable as configured. Asking again for the same redeemer and thing returns
    /// the first outcome and changes nothing.
    ///
    /// - Throws: ``EngineError``. `overloaded`, `diskFull`, `draining`, `storageFailed`: nothing happened.
    ///   `outcomeUnknown`: ask again after the restart.
    public func claim(
        _ command: ClaimCommand, by actor: Actor = .host
    ) async throws(EngineError) -> Decided<ClaimOutcome> {
        do {
            return try await decide(by: actor) { context in Claims.decide(command, in: &context) }
        } catch let error as EngineError {
            throw error
        } catch {
            preconditionFailure("a claim is answered, never rejected")
        }
    }

    /// Decides any other command, in the same order and with the same durability as claims.
    ///
    /// - Parameters:
    ///   - actor: The one who asks: the actor of the command's events.
    ///   - body: Runs once (twice when the disk is full) on the sequencer's thread: no I/O, no waiting. When it throws,
    ///     everything it wrote is taken back.
    /// - Returns: The result of `body`, with the position that it is true at.
    /// - Throws: The rejection that `body` threw, or ``EngineError`` as for ``claim(_:by:)``.
    public func decide<Value: Sendable>(
        by actor: Actor = .host, _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value
    ) async throws -> Decided<Value> {
        try await withCheckedThrowingContinuation { continuation in
            decide(by: actor, body) { continuation.resume(with: $0) }
        }
    }

    /// Decides a command and calls `answer` on the sequencer's thread once it is durable.
    ///
    /// Never blocks.
    public func decide<Value: Sendable>(
        by actor: Actor = .host, _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value,
        answer: @escaping @Sendable (Result<Decided<Value>, any Error>) -> Void
    ) {
        put(Decision(by: actor, body, answer: answer))
    }

    private func put(_ work: some GeneralWork) {
        switch inbox.put(work) {
        case .accepted: break
        case .full: work.fail(Engine.overloaded)
        case .closed: work.fail(refusalOfClosed)
        }
    }

    /// Why a closed inbox takes nothing.
    var refusalOfClosed: EngineError { shared.failureReason ?? Engine.draining }

    /// Reads through the sequencer's view: current, and true at the position it comes with.
    ///
    /// - Precondition: `body` writes nothing.
    public func view<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction, Timestamp) -> Value
    ) async throws(EngineError) -> Decided<Value> {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let view = Decision<Value>(
                    isView: true,
                    { context in
                        let writes = context.state.writeCount
                        let value = body(context.state, context.now)
                        precondition(context.state.writeCount == writes, "a view writes nothing")
                        return value
                    }, answer: { continuation.resume(with: $0) })
                put(view)
            }
        } catch let error as EngineError {
            throw error
        } catch {
            preconditionFailure("a view rejects nothing")
        }
    }

    // MARK: The hot path

    /// Makes a mailbox: where the answers to ``submit(_:to:)`` arrive.
    ///
    /// - Parameter deliver: Called on the sequencer's thread once per batch; it must not block.
    /// - Returns: The mailbox.
    public func makeMailbox(_ deliver: @escaping @Sendable ([ClaimReply]) -> Void) -> Mailbox {
        Mailbox(deliver: deliver)
    }

    /// Hands in claims; the answers come to the mailbox, one for each accepted claim.
    ///
    /// - Returns: how many were accepted: a prefix. The others were not looked at; ``submissionRefusal`` is their answer.
    public func submit(_ submissions: [ClaimSubmission], to mailbox: Mailbox) -> Int {
        inbox.put(submissions, mailbox: mailbox) ?? 0
    }

    /// Why ``submit(_:to:)`` does not take what it leaves: too much waits, or nothing is taken any more.
    public var submissionRefusal: EngineError { inbox.isClosed ? refusalOfClosed : Engine.overloaded }

    // MARK: Lists

    /// Runs `body` on a reading thread with a snapshot and the time to judge it by.
    ///
    /// - Parameters:
    ///   - current: True to wait until LMDB has everything that was acknowledged before the call; else the snapshot is
    ///     the newest commit, up to a second old under load.
    ///   - orOlder: True to read the newest commit all the same where the disk has no room to bring LMDB up to that.
    ///   - length: The length of the read: a long one never delays a short one.
    ///   - body: Reads.
    /// - Returns: The result of `body`, with the position and the time that it is true at.
    /// - Throws: The error of `body`, or ``EngineError``: `tooFewReplicas`, `diskFull`, `overloaded` when LMDB did not get there
    ///   in ``readWaitMilliseconds``, `draining`.
    public func read<Value: Sendable>(
        current: Bool = true, orOlder: Bool = false, length: ReadLength = .short,
        _ body: @escaping @Sendable (Snapshot, Timestamp) throws -> Value
    ) async throws -> Decided<Value> {
        guard !shared.hidesTables.load(ordering: .acquiring) else { throw Sequencer.tooFewReplicas }
        if current, !(orOlder && lacksRoomToApply) {
            do throws(EngineError) {
                try await waitUntilApplied(shared.durable.reached)
            } catch {
                guard orOlder, error.code == .diskFull else { throw error }
            }
        }
        guard let store = openStore else { throw Engine.draining }
        return try await readers.run(length) {
            let snapshot = try store.snapshot()
            let point = try snapshot.point()
            let now = max(self.now, point.time)
            return Decided(value: try body(snapshot, now), position: point.position, time: now)
        }
    }

    /// The time that everything on this node is judged by.
    ///
    /// On a primary the present, which never goes back and is never before what was decided; on a replica the primary's
    /// time, as its last frame or heartbeat gave it.
    public var now: Timestamp { time.now(leads: decides) }

    /// Takes note of the primary's time, as a heartbeat gives it.
    public func hear(time: Timestamp) {
        if !decides { self.time.hear(time) }
    }

    /// The tables; nil once the engine is closed.
    var openStore: StateStore? { core.withLock { $0?.store } }

    /// True while a layer waits for room on the disk to be applied.
    var lacksRoomToApply: Bool { core.withLock { $0?.applier.lacksRoom ?? false } }

    // MARK: State of affairs

    /// The last position that is decided and durable.
    public var position: LogPosition { shared.durable.reached }

    /// Who may ask for what: the keys and tenants of the acknowledged state.
    public var credentials: CredentialDirectory { shared.credentials }

    /// Why the engine has stopped for good, if it has.
    public var failure: EngineError? { shared.failureReason }

    /// True if commands are taken.
    public var isReady: Bool { shared.phase.withLock { $0 } == .ready }

    /// The status of the engine.
    public var status: EngineStatus {
        let progress = shared.progress.withLock { $0 }
        var counts = progress.counts
        counts.commits = shared.commits.load(ordering: .relaxed)
        counts.staleReaders = shared.staleReaders.load(ordering: .relaxed)
        return EngineStatus(
            phase: shared.phase.withLock { $0 }, standing: standing, durability: configuration.durability,
            position: shared.durable.reached, appliedPosition: shared.applied.reached, time: progress.point.time,
            freeDiskBytes: shared.freeDiskBytes.load(ordering: .relaxed), diskFull: progress.diskFull,
            isWithheld: progress.isWithheld, inboxDepth: inbox.depth, inboxCapacity: configuration.inboxCapacity,
            overlayBytes: progress.overlayBytes,
            keyFilterBytes: progress.keyFilterBytes,
            waiting: progress.waiting,
            counts: counts, store: openStore?.statistics(),
            journalBytes: shared.journalBytes.load(ordering: .relaxed))
    }

    /// Writes a snapshot with everything that was acknowledged before the call (while followers are missing that must
    /// have it: with everything up to the newest commit); see `docs/formats/snapshot.md`.
    ///
    /// Blocks: call it on a thread that may wait. Takes half of a core while others claim, all of it otherwise.
    ///
    /// - Returns: the point of the log that the snapshot is at.
    @discardableResult
    public func writeSnapshot(to sink: (UnsafeRawBufferPointer) throws -> Void) throws -> JournalPoint {
        let target = shared.durable.reached
        // Where followers are missing, a new one begins with what there is and follows from there.
        _ = try waitUntilAppliedBlocking(target)
        guard let store = core.withLock({ $0?.store }) else { throw Engine.draining }
        var pace = SnapshotPace(at: target)
        return try SnapshotFile.write(store.snapshot()) { bytes in
            try sink(bytes)
            pace.rest(at: shared.durable.reached)
        }
    }

    /// Takes no more commands, answers what was accepted, brings LMDB up to the last position and closes.
    ///
    /// Safe to call twice. Blocks until done: call it on a thread that may wait.
    public func close() {
        shared.phase.withLock { if $0 != .failed { $0 = .draining } }
        inbox.close()
        let core = core.withLock { core in
            defer { core = nil }
            return core
        }
        guard let core else { return }
        core.thread.join()
        core.applier.stop()
        readers.stop()
        bigCommandLane.stop()
        shared.durable.close()
        shared.applied.close()
        shared.synced.close()
        directory.release()
        shared.phase.withLock { if $0 != .failed { $0 = .closed } }
    }

    /// ``close()`` for callers that cannot block.
    public func drain() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.close()
                continuation.resume()
            }
        }
    }

    static let overloaded = EngineError(
        .overloaded, "Too many commands are waiting; nothing happened, try again in a moment.")
    static let behind = EngineError(
        .overloaded, "The tables are too far behind what was acknowledged to read from; try again in a moment.")
    static let cannotApply = EngineError(
        .diskFull, "The disk is full, so the tables lack what was acknowledged last; free some space and try again.")
    static let draining = EngineError(.draining, "The server is shutting down; nothing happened.")
}
