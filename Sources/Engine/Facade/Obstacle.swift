internal import Synchronization

/// A reason why commands that change something are refused at present.
///
/// The one place that decides it: the sequencer's refusals, `/readyz` and the metrics follow from it. Its parts lie in
/// atomics and small locks, so that asking needs neither the sequencer nor its inbox.
public enum Obstacle: String, CaseIterable, Sendable {
    /// The journal's tail is being read.
    case recovering
    /// The server is shutting down.
    case draining
    /// Storage failed: writing has stopped for good.
    case storageFailed = "storage_failed"
    /// This node does not decide.
    case notPrimary = "not_primary"
    /// Fewer followers are connected than must have a claim before it is acknowledged.
    case tooFewReplicas = "too_few_replicas"
    /// A frame is written here, and followers have not confirmed it in time.
    case replicasLate = "replicas_late"
    /// The disk has too little room.
    case diskFull = "disk_full"
    /// The sequencer has been busy with one thing for too long: a write or a sync hangs.
    case stalled

    /// Its meaning, for people.
    public var message: String {
        switch self {
        case .recovering: "The journal is being read."
        case .draining: "The server is shutting down; nothing happened."
        case .storageFailed: "Storage failed; writing has stopped."
        case .notPrimary: "This node does not decide."
        case .tooFewReplicas, .replicasLate:
            "Fewer replicas are connected and up to date than must have a claim before it is acknowledged; try again, "
                + "or let an operator lower the number."
        case .diskFull: "The disk has too little free space to take a claim; free some and try again."
        case .stalled: "The log has taken nothing for a long time: a write or a sync hangs."
        }
    }

    /// The error that a command is refused with.
    var error: EngineError {
        switch self {
        case .recovering, .draining: EngineError(.draining, message)
        case .storageFailed: EngineError(.storageFailed, message)
        case .notPrimary: EngineError(.notPrimary, message)
        case .tooFewReplicas, .replicasLate: EngineError(.tooFewReplicas, message)
        case .diskFull: EngineError(.diskFull, message)
        case .stalled: EngineError(.outcomeUnknown, message)
        }
    }

    /// Finds the obstacle that keeps a primary from writing, the most telling first.
    ///
    /// - Parameters:
    ///   - isShort: True if too few followers are connected.
    ///   - isWithheld: True if a frame waits for followers beyond its time.
    ///   - isDiskFull: True if the disk has too little room.
    /// - Returns: The obstacle; nil when there is none.
    static func ofWriting(isShort: Bool, isWithheld: Bool, isDiskFull: Bool) -> [Obstacle] {
        var found: [Obstacle] = []
        if isShort { found.append(.tooFewReplicas) }
        if isWithheld { found.append(.replicasLate) }
        if isDiskFull { found.append(.diskFull) }
        return found
    }
}

extension Engine {
    /// The time that one turn of the sequencer may take before it counts as stalled.
    ///
    /// A turn is a batch and its sync: tens of milliseconds; the slowest command takes seconds.
    static let stalledNanoseconds: UInt64 = 10_000_000_000

    /// Why commands that change something are refused here at present; empty when they are taken.
    ///
    /// Goes through neither the sequencer nor its inbox.
    public var obstacles: [Obstacle] {
        var found: [Obstacle] = []
        switch shared.phase.withLock({ $0 }) {
        case .recovering: found.append(.recovering)
        case .draining, .closed: found.append(.draining)
        case .failed: found.append(.storageFailed)
        case .ready: break
        }
        let progress = shared.progress.withLock { $0 }
        if decides {
            found += Obstacle.ofWriting(
                isShort: quorum.isShort, isWithheld: progress.isWithheld, isDiskFull: progress.diskFull)
        } else {
            found.append(.notPrimary)
            if progress.diskFull { found.append(.diskFull) }
        }
        let began = shared.turnBegan.load(ordering: .relaxed)
        if began > 0, time.monotonicNanoseconds() &- began > Engine.stalledNanoseconds { found.append(.stalled) }
        return found
    }
}
