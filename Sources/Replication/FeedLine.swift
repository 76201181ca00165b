public import Engine
internal import Journal

/// One follower's line: frames as soon as they are on stable storage, and heartbeats between them.
///
/// `@unchecked Sendable`: used by one task, one call after the other.
public final class FeedLine: @unchecked Sendable {
    /// The bytes gathered before they are handed out.
    private static let pieceBytes = 256 << 10
    /// The longest time without a heartbeat, but for the one that a large piece takes.
    private static let heartbeatMilliseconds = 500

    private let stream: FeedStream
    private let engine: Engine
    private let connection: Followers.Connection?
    private let followers: Followers
    private let clock: any EngineClock
    private var heartbeatDue: UInt64 = 0

    /// Begins where the stream is.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - engine: The engine that the stream reads from.
    ///   - connection: The connection under which the follower was noted; nil where it does not say who it is.
    ///   - followers: The followers that this one belongs to.
    ///   - clock: The clock of heartbeats.
    public init(
        _ stream: FeedStream, of engine: Engine, as connection: Followers.Connection?, in followers: Followers,
        clock: any EngineClock = SystemClock()
    ) {
        self.stream = stream
        self.engine = engine
        self.connection = connection
        self.followers = followers
        self.clock = clock
    }

    /// Waits for the next bytes of the line: whole frames and heartbeats.
    ///
    /// - Parameter reading: runs its argument, which reads files, on a thread that may wait.
    /// - Returns: nil when the line is to end: a later one has displaced it, the follower was counted out, or the engine
    ///   stops.
    /// - Throws: `JournalError`; `notRetained` when retention has overtaken the follower.
    public func next(
        reading: (@escaping @Sendable () throws -> [UInt8]) async throws -> [UInt8] = { try $0() }
    ) async throws -> [UInt8]? {
        while engine.isReady {
            if let connection, !followers.isCurrent(connection) { return nil }
            var piece = try await reading { [stream] in
                var piece: [UInt8] = []
                _ = try stream.read(byteLimit: FeedLine.pieceBytes) { frame in
                    frame.withUnsafeBytes { piece.append(contentsOf: $0) }
                }
                return piece
            }
            if let connection, !piece.isEmpty { followers.sent(connection, stream) }
            let now = clock.monotonicNanoseconds()
            if now >= heartbeatDue {
                stream.withHeartbeat { frame in frame.withUnsafeBytes { piece.append(contentsOf: $0) } }
                heartbeatDue = now &+ UInt64(FeedLine.heartbeatMilliseconds) * 1_000_000
            }
            if !piece.isEmpty { return piece }
            _ = await stream.waitForMore(timeoutMilliseconds: FeedLine.heartbeatMilliseconds)
        }
        return nil
    }
}
