public import Engine
public import Journal
internal import Synchronization

/// Makes a replica the primary, and sees to it that the others learn of it.
public final class Succession: Sendable {
    private let engine: Engine
    private let ownURL: String?
    private let clock: any EngineClock
    /// Where the others are told; nil: wherever tasks run.
    private let executor: (any TaskExecutor)?
    private let makeUpstream: (@Sendable (String) -> any Upstream)?
    /// The URLs that have not been told yet; also in the directory, so that a restart continues to tell them.
    private let untold: Mutex<Set<String>>

    /// Waits between two attempts to tell somebody; longer where the key was refused, which only a person can mend.
    private static let pauseMilliseconds = 500
    private static let refusedPauseMilliseconds = 30_000

    /// Prepares for it.
    ///
    /// - Parameters:
    ///   - engine: The engine.
    ///   - ownURL: The URL of this node, which the others are told.
    ///   - clock: The clock of the pauses between attempts.
    ///   - executor: The executor of the attempts; nil for Swift's own.
    ///   - makeUpstream: Makes the way to a node that an earlier process left to tell; it needs a root key there. Nil
    ///     when this node has no key for others.
    public init(
        engine: Engine, ownURL: String?, clock: any EngineClock = SystemClock(),
        executor: (any TaskExecutor)? = nil, makeUpstream: (@Sendable (String) -> any Upstream)?
    ) {
        self.clock = clock
        self.executor = executor
        self.engine = engine
        self.ownURL = ownURL
        self.makeUpstream = makeUpstream
        untold = Mutex(Set(engine.directory.untold))
    }

    /// Continues to tell the nodes that an earlier process could not tell.
    public func resume() {
        let urls = pending
        guard !urls.isEmpty, engine.decides else { return }
        tell(urls, of: engine.standing.epoch, through: makeUpstream)
    }

    /// The URLs of nodes that have not been told of this node's epoch yet.
    public var pending: [String] { untold.withLock { $0.sorted() } }

    /// Makes this node the primary of a new epoch, then tells the others in the background until each has heard it.
    ///
    /// - Parameters:
    ///   - urls: The nodes to tell: the old primary, and replicas that could still follow it.
    ///   - makeUpstream: Makes the way to them with the key of the promotion; only a root key can take a node out of
    ///     service. Kept in memory until all have heard it.
    /// - Returns: The position of the epoch's first frame.
    /// - Throws: `EngineError` when this node cannot become the primary.
    public func promote(
        telling urls: [String], through makeUpstream: @escaping @Sendable (String) -> any Upstream
    ) async throws(EngineError) -> LogPosition {
        let position = try await engine.promote()
        tell(urls, of: engine.standing.epoch, through: makeUpstream)
        return position
    }

    /// Tells others that this node is the primary of an epoch, until each has heard it or there is a newer one.
    private func tell(
        _ urls: [String], of epoch: UInt64, through makeUpstream: (@Sendable (String) -> any Upstream)?
    ) {
        note { $0.formUnion(urls) }
        guard let makeUpstream else { return }
        for url in urls {
            let upstream = makeUpstream(url)
            Task(executorPreference: executor) { await self.tell(upstream, url, of: epoch) }
        }
    }

    private func tell(_ upstream: any Upstream, _ url: String, of epoch: UInt64) async {
        while engine.isReady, engine.standing.epoch == epoch {
            do {
                try await upstream.tell(epoch: epoch, primary: ownURL)
                break
            } catch UpstreamError.answered(let status, _) where status == 401 || status == 403 {
                try? await clock.sleep(for: .milliseconds(Succession.refusedPauseMilliseconds))
            } catch {
                try? await clock.sleep(for: .milliseconds(Succession.pauseMilliseconds))
            }
        }
        if engine.isReady { note { _ = $0.remove(url) } }
    }

    /// Changes who is left to tell, here and in the directory.
    private func note(_ change: (inout Set<String>) -> Void) {
        untold.withLock { urls in
            change(&urls)
            // Should the disk refuse, only a restart would forget them.
            try? engine.directory.record(untold: urls.sorted())
        }
    }
}
