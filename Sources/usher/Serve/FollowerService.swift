import API
import Engine
import Replication
import ServiceLifecycle
import Synchronization

/// Runs a follower beside the server; ends when the node must begin again, and keeps the reason.
final class FollowerService: Service {
    private let follower: Follower
    private let log: NodeLog
    private let directory: String
    private let isDiverged = Atomic<Bool>(false)
    private let outcome = Mutex<Result<String?, CommandFailure>>(.success(nil))

    init(follower: Follower, directory: String, log: NodeLog) {
        self.directory = directory
        self.follower = follower
        self.log = log
    }

    /// The reason why the node must bootstrap, once the service has ended; nil when it was stopped.
    ///
    /// - Throws: ``CommandFailure`` when an operator must decide how to continue.
    func reasonToBootstrap() throws(CommandFailure) -> String? {
        try outcome.withLock { $0 }.get()
    }

    /// True if it ended because the histories differ, which `--force` may settle.
    var hasDiverged: Bool { isDiverged.load(ordering: .relaxed) }

    /// The ways out for an operator, who must look first.
    private var advice: String {
        "To keep what only this node has: `usher snapshot --data \(directory) --output FILE`. To replace it with a "
            + "copy of \(follower.status.upstream): start this node with --force. To follow another node: start it with "
            + "--primary URL."
    }

    private func stop(_ entry: LogEntry, _ what: String, _ reason: String) {
        log.write(entry, (.upstream, .text(follower.status.upstream)), (.reason, .text(reason)))
        outcome.withLock {
            $0 = .failure(
                CommandFailure(
                    "\(what): \(reason) Nothing was changed. \(advice)", code: Exit.otherHistory))
        }
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.follower.run() }
        } catch Follower.End.mustBootstrap(let reason) {
            outcome.withLock { $0 = .success(reason) }
        } catch Follower.End.ahead(let reason) {
            stop(.ahead, "this replica is ahead of the node that it follows", reason)
        } catch Follower.End.diverged(let reason) {
            isDiverged.store(true, ordering: .relaxed)
            stop(.diverged, "this replica's data is of another history than that of the node that it follows", reason)
        } catch Follower.End.promoted {
            // The server continues as that of a primary.
            try await gracefulShutdown()
        } catch is CancellationError {
        } catch let error as EngineError where error.code == .diverged {
            outcome.withLock { $0 = .success(error.message) }
        }
    }
}
