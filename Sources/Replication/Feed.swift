public import Engine
public import Journal

/// Lends the log of an engine to followers, frame by frame, byte for byte as it is stored.
///
/// - Invariant: nothing leaves that is not on stable storage here.
public struct Feed: Sendable {
    private let engine: Engine
    private let lag: @Sendable () -> Int64?

    /// Feeds from an engine's log.
    ///
    /// - Parameters:
    ///   - engine: The engine whose log is lent.
    ///   - lag: The milliseconds that this node is behind the primary; nil when it does not know. A follower of this
    ///     node is at least as late.
    public init(_ engine: Engine, lag: @escaping @Sendable () -> Int64? = { 0 }) {
        self.engine = engine
        self.lag = lag
    }

    /// Opens a stream behind a follower's last frame.
    ///
    /// Blocks: call it on a thread that may wait.
    ///
    /// - Parameters:
    ///   - position: The end of the follower's log.
    ///   - chain: The hash of the follower's last frame: equal positions of different histories differ in it.
    ///   - history: The name of the follower's history; nil where an earlier version does not say it.
    /// - Returns: The stream.
    /// - Throws: ``FeedRefusal``, or `JournalError` when the log cannot be read.
    /// - Complexity: O(bytes of one segment).
    public func open(after position: LogPosition, chain: Hash128, history: Hash128? = nil) throws -> FeedStream {
        // Before the log is looked at: frames that would show the difference can have been removed.
        if let history, history != engine.historyName { throw FeedRefusal.diverged(position) }
        let end = engine.syncedPoint
        switch engine.place(of: position) {
        case .past: break
        case .future:
            throw engine.decides
                ? FeedRefusal.aheadOfPrimary(position, end: end.position)
                : FeedRefusal.behindFollower(position, end: end.position)
        case .elsewhere: throw FeedRefusal.diverged(position)
        }
        let reader: JournalReader
        do throws(JournalError) {
            reader = try engine.makeLogReader(after: position)
        } catch {
            switch error {
            case .notRetained(_, let oldest): throw FeedRefusal.behindRetention(position, oldest: oldest)
            case .unknownPosition: throw FeedRefusal.diverged(position)
            default: throw error
            }
        }
        guard reader.point.chain == chain else { throw FeedRefusal.diverged(position) }
        return FeedStream(engine: engine, reader: reader, lag: lag)
    }
}
