internal import Engine
public import Journal

/// One follower's way through the log: frames as long as there are any, heartbeats while there are none.
///
/// `@unchecked Sendable`: used by one task, one call after the other; the calls may be on different threads.
public final class FeedStream: @unchecked Sendable {
    private let engine: Engine
    private let reader: JournalReader
    private let encoder = FrameEncoder()
    private let lag: @Sendable () -> Int64?

    /// Where the frames that were read so far end.
    public private(set) var point: JournalPoint

    /// Where in the journal's files that is.
    public private(set) var location: JournalLocation

    init(engine: Engine, reader: JournalReader, lag: @escaping @Sendable () -> Int64?) {
        self.engine = engine
        self.lag = lag
        self.reader = reader
        location = reader.location
        point = reader.point
    }

    /// Hands the next whole frames to `sink`, until `byteLimit` is passed or nothing more is on stable storage.
    ///
    /// Blocks: call it on a thread that may wait.
    ///
    /// - Returns: whether there was any.
    /// - Throws: `JournalError`; `notRetained` when retention has overtaken the follower.
    public func read(byteLimit: Int, _ sink: (RawSpan) -> Void) throws(JournalError) -> Bool {
        let durable = engine.syncedPoint.position
        var bytes = 0
        while bytes < byteLimit, let header = try reader.next(through: durable) {
            reader.withContents(sink)
            bytes += header.frameBytes
        }
        point = reader.point
        location = reader.location
        return bytes > 0
    }

    /// Waits for more to read.
    ///
    /// False when the time is over or the engine is closing.
    public func waitForMore(timeoutMilliseconds: Int) async -> Bool {
        await engine.waitForSync(beyond: point.position, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Lends a heartbeat: an empty frame that says where this node's log is on stable storage and what time it is
    /// at the primary.
    ///
    /// Byte table in `docs/formats/replication.md`.
    public func withHeartbeat(_ body: (RawSpan) -> Void) {
        let point = engine.syncedPoint
        var header = FrameHeader(
            kind: .heartbeat, epoch: point.position.epoch, firstSequence: point.position.sequence + 1,
            commandCount: 0, time: engine.now, syncedThrough: point.position.sequence,
            previousChain: point.chain, digest: point.digest)
        header.lagMilliseconds = lag().map { UInt32(clamping: $0) } ?? .max
        encoder.encode(RawSpan(), header)
        encoder.withFrame(body)
    }
}
