internal import Domain
internal import Journal
internal import Synchronization

/// The values that the engine's threads and its callers share: small, locked or atomic, never across an `await`.
final class EngineShared: Sendable {
    /// The sequencer's last report.
    struct Progress: Sendable {
        var point: JournalPoint
        var counts: EngineCounts
        var overlayBytes: Int
        var keyFilterBytes: Int
        /// The number of things that wait for their time, by kind.
        var waiting = PerCase<DeadlineKind, Int>()
        var diskFull: Bool
        /// A frame is durable here, and its time to be confirmed by followers is over.
        var isWithheld = false
    }

    /// Reached when a position is acknowledged.
    let durable: PositionGate
    /// Reached when a position is in LMDB.
    let applied: PositionGate
    /// The end of the last layer that the applier was given.
    let sealed: Mutex<LogPosition>
    /// Reached when a position is on stable storage, whatever the durability mode acknowledges.
    let synced: PositionGate
    /// The log at that position.
    let syncedPoint: Mutex<JournalPoint>
    /// Where in the files that is.
    let syncedLocation: Mutex<JournalLocation>
    /// True if the node decides: a copy of ``standing`` that is cheap to read.
    let decides: Atomic<Bool>
    let progress: Mutex<Progress>
    /// The standing of the node.
    let standing: Mutex<NodeStanding>
    let phase: Mutex<EngineStatus.Phase>
    /// Who carries out big commands.
    let bigCommands = BigCommands()
    let freeDiskBytes = Atomic<Int64>(.max)
    /// True if LMDB holds what followers may not have: a primary that has just started.
    let hidesTables = Atomic<Bool>(false)
    let commits = Atomic<UInt64>(0)
    let staleReaders = Atomic<UInt64>(0)
    let journalBytes = Atomic<Int64>(0)
    /// The epochs of the log that is on stable storage here.
    let epochs: Mutex<Epochs>
    /// When the sequencer took up what it is busy with, on the monotonic clock; 0 while it waits for something to do.
    let turnBegan = Atomic<UInt64>(0)
    /// Who may ask for what, as acknowledged.
    let credentials = CredentialDirectory()
    private let failure = Mutex<EngineError?>(nil)
    private let failed: @Sendable (EngineError) -> Void

    init(
        point: JournalPoint, location: JournalLocation, standing: NodeStanding, epochs: Epochs,
        failed: @escaping @Sendable (EngineError) -> Void
    ) {
        durable = PositionGate(reached: point.position)
        applied = PositionGate(reached: point.position)
        sealed = Mutex(point.position)
        synced = PositionGate(reached: point.position)
        syncedPoint = Mutex(point)
        syncedLocation = Mutex(location)
        progress = Mutex(
            Progress(
                point: point, counts: EngineCounts(), overlayBytes: 0, keyFilterBytes: 0, diskFull: false)
        )
        phase = Mutex(.recovering)
        self.epochs = Mutex(epochs)
        self.standing = Mutex(standing)
        decides = Atomic(standing.authority == .primary)
        self.failed = failed
    }

    /// Why writing has stopped, if it has.
    var failureReason: EngineError? { failure.withLock { $0 } }

    /// Notes that the log is on stable storage up to a point.
    func sync(_ point: JournalPoint, at location: JournalLocation) {
        syncedPoint.withLock { $0 = point }
        syncedLocation.withLock { $0 = location }
        synced.reach(point.position)
    }

    /// Notes the first failure, lets waiters go and tells the owner, once.
    func fail(_ error: EngineError) {
        let isFirst = failure.withLock { known in
            guard known == nil else { return false }
            known = error
            return true
        }
        guard isFirst else { return }
        phase.withLock { $0 = .failed }
        durable.close()
        applied.close()
        synced.close()
        failed(error)
    }
}
