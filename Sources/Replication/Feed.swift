public import Engine
public import Journal

/// Lends the log of an engine to followers, frame by frame, byte for byte as it is stored.
///
/// - Invariant: nothing leaves that is not on stable storage here.
public struct Feed: Sendable {
    private let engine: Engine

    /// Feeds from an engine's log.
    public init(_ engine: Engine) {
        self.engine = engine
    }

    /// Opens a stream behind a follower's last frame.
    ///
    /// Blocks: call it on a thread that may wait.
    ///
    /// - Parameters:
    ///   - position: where the follower's log ends.
    ///   - chain: the hash of the follower's last frame: equal positions of different histories differ in it.
    /// - Throws: ``FeedRefusal``, or ``JournalError`` when the log can not be read.
    /// - Complexity: O(bytes of one segment).
    public func open(after position: LogPosition, chain: Hash128) throws -> FeedStream {
        let end = engine.syncedPoint
        guard position.sequence <= end.position.sequence else {
            throw FeedRefusal.aheadOfPrimary(position, end: end.position)
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
        return FeedStream(engine: engine, reader: reader)
    }
}
