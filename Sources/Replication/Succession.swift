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
    /// The nodes that have not been told yet; also in the directory, so that a restart continues to tell them.
    private let untold: Mutex<[String: Attempts]>
    private let heard: @Sendable (_ url: String, _ failure: String?) -> Void

    /// The outcome of telling one node.
    private struct Attempts {
        /// Why the last attempt failed; nil before the first has ended.
        var failure: String?
    }

    /// Waits between two attempts to tell somebody; longer where the key was refused, which only a person can mend.
    private static let pauseMilliseconds = 500
    private static let refusedPauseMilliseconds = 30_000
    /// Milliseconds between two looks at what has come of it.
    private static let lookMilliseconds = 20

    /// Prepares for it.
    ///
    /// - Parameters:
    ///   - engine: The engine.
    ///   - ownURL: The URL of this node, which the others are told.
    ///   - clock: The clock of the pauses between attempts.
    ///   - executor: The executor of the attempts; nil for Swift's own.
    ///   - heard: Called with a node's URL when it has heard it, and with the reason when an attempt fails for another
    ///     reason than the one before.
    ///   - makeUpstream: Makes the way to a node that an earlier process left to tell; it needs a root key there. Nil
    ///     when this node has no key for others.
    public init(
        engine: Engine, ownURL: String?, clock: any EngineClock = SystemClock(),
        executor: (any TaskExecutor)? = nil,
        heard: @escaping @Sendable (_ url: String, _ failure: String?) -> Void = { _, _ in },
        makeUpstream: (@Sendable (String) -> any Upstream)?
    ) {
        self.heard = heard
        self.clock = clock
        self.executor = executor
        self.engine = engine
        self.ownURL = ownURL
        self.makeUpstream = makeUpstream
        untold = Mutex(Dictionary(engine.directory.untold.map { ($0, Attempts()) }) { first, _ in first })
    }

    /// Continues to tell the nodes that an earlier process could not tell.
    public func resume() {
        let urls = pending
        guard !urls.isEmpty, engine.decides else { return }
        tell(urls, of: engine.standing.epoch, through: makeUpstream)
    }

    /// The URLs of nodes that have not been told of this node's epoch yet.
    public var pending: [String] { untold.withLock { $0.keys.sorted() } }

    /// Why the last attempt to tell a node has failed, by its URL; nodes that were not asked yet are not among them.
    public var failures: [String: String] { untold.withLock { $0.compactMapValues(\.failure) } }

    /// Waits until each of the nodes has heard it or has failed to for the first time, or the time is over.
    public func firstAnswers(of urls: [String], withinMilliseconds: Int) async {
        let end = clock.monotonicNanoseconds() &+ UInt64(withinMilliseconds) * 1_000_000
        while engine.isReady, clock.monotonicNanoseconds() < end {
            let isOver = untold.withLock { untold in
                urls.allSatisfy { url in untold[url].map { $0.failure != nil } ?? true }
            }
            if isOver { return }
            try? await clock.sleep(for: .milliseconds(Succession.lookMilliseconds))
        }
    }

    /// The nodes to tell when this one is promoted: those that are named, the node that it follows, and the primary that
    /// it knows of, each once and never itself.
    ///
    /// - Parameters:
    ///   - named: The URLs that the operator names.
    ///   - upstream: The URL of the node that this one follows, if it follows one.
    /// - Returns: The URLs, in that order.
    public func audience(named: [String], upstream: String?) -> [String] {
        Succession.audience(named: named, upstream: upstream, primary: engine.standing.primary, ownURL: ownURL)
    }

    /// The rule of ``audience(named:upstream:)`` for a node that does not run.
    public static func audience(named: [String], upstream: String?, primary: String?, ownURL: String?) -> [String] {
        var urls: [String] = []
        for url in named + [upstream, primary].compactMap(\.self) where url != ownURL && !urls.contains(url) {
            urls.append(url)
        }
        return urls
    }

    /// Tells a node no more: it will never come back.
    ///
    /// - Returns: True if it was left to tell.
    public func forget(_ url: String) -> Bool {
        let isKnown = untold.withLock { $0[url] != nil }
        if isKnown { note { $0[url] = nil } }
        return isKnown
    }

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
        note { untold in for url in urls { untold[url] = Attempts() } }
        guard let makeUpstream else { return }
        for url in urls {
            let upstream = makeUpstream(url)
            Task(executorPreference: executor) { await self.tell(upstream, url, of: epoch) }
        }
    }

    private func tell(_ upstream: any Upstream, _ url: String, of epoch: UInt64) async {
        while engine.isReady, engine.standing.epoch == epoch, untold.withLock({ $0[url] != nil }) {
            do {
                try await upstream.tell(epoch: epoch, primary: ownURL)
                if engine.isReady { heard(url, nil) }
                break
            } catch {
                fail(url, (error as? UpstreamError)?.description ?? "\(type(of: error))")
                var pause = Succession.pauseMilliseconds
                if case UpstreamError.answered(let status, _) = error, status == 401 || status == 403 {
                    pause = Succession.refusedPauseMilliseconds
                }
                try? await clock.sleep(for: .milliseconds(pause))
            }
        }
        if engine.isReady { note { $0[url] = nil } }
    }

    private func fail(_ url: String, _ failure: String) {
        let isNews = untold.withLock { untold in
            guard untold[url] != nil, untold[url]?.failure != failure else { return false }
            untold[url]?.failure = failure
            return true
        }
        if isNews { heard(url, failure) }
    }

    /// Changes who is left to tell, here and in the directory.
    private func note(_ change: (inout [String: Attempts]) -> Void) {
        untold.withLock { nodes in
            change(&nodes)
            // Should the disk refuse, only a restart would forget them.
            try? engine.directory.record(untold: nodes.keys.sorted())
        }
    }
}
