public import Engine
public import Journal
internal import Synchronization

/// Makes a replica the primary, and sees to it that the others learn of it.
public final class Succession: Sendable {
    private let engine: Engine
    private let ownURL: String?
    private let makeUpstream: (@Sendable (String) -> any Upstream)?
    /// The URLs that have not been told yet; also in the directory, so that a restart goes on telling them.
    private let untold: Mutex<Set<String>>

    /// Waits between two attempts to tell somebody.
    private static let pauseMilliseconds = 500

    /// Prepares for it.
    ///
    /// - Parameters:
    ///   - ownURL: where this node is reached: what the others are told.
    ///   - makeUpstream: the way to another node; nil when this node has no key for it, so that nobody can be told.
    public init(engine: Engine, ownURL: String?, makeUpstream: (@Sendable (String) -> any Upstream)?) {
        self.engine = engine
        self.ownURL = ownURL
        self.makeUpstream = makeUpstream
        untold = Mutex(Set(engine.directory.untold))
    }

    /// Goes on telling those whom an earlier process could not tell.
    public func resume() {
        let urls = pending
        guard !urls.isEmpty, engine.decides else { return }
        tell(urls, of: engine.standing.epoch)
    }

    /// The URLs of nodes that have not been told of this node's epoch yet.
    public var pending: [String] { untold.withLock { $0.sorted() } }

    /// Whether others can be told.
    public var canTell: Bool { makeUpstream != nil }

    /// Makes this node the primary of a new epoch, then tells the others in the background until each has heard it.
    ///
    /// - Parameter urls: the nodes to tell: the old primary, and replicas that could still follow it.
    /// - Returns: the position of the epoch's first frame.
    public func promote(telling urls: [String]) async throws(EngineError) -> LogPosition {
        let position = try await engine.promote()
        tell(urls, of: engine.standing.epoch)
        return position
    }

    /// Tells others that this node is the primary of an epoch, until each has heard it or there is a newer one.
    public func tell(_ urls: [String], of epoch: UInt32) {
        note { $0.formUnion(urls) }
        guard let makeUpstream else { return }
        for url in urls {
            let upstream = makeUpstream(url)
            Task { await self.tell(upstream, url, of: epoch) }
        }
    }

    private func tell(_ upstream: any Upstream, _ url: String, of epoch: UInt32) async {
        while engine.isReady, engine.standing.epoch == epoch {
            do {
                try await upstream.tell(epoch: epoch, primary: ownURL)
                break
            } catch {
                try? await Task.sleep(for: .milliseconds(Succession.pauseMilliseconds))
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
