import Engine
import HTTPTypes
import HummingbirdCore
import Journal
import NIOCore
import NIOPosix
import Replication

/// The snapshot that a new node begins with, and the log that it follows from there.
extension Routes {
    static let replication: [Route] = [
        Route(
            method: .get, path: "/replication/snapshot", operation: "snapshot",
            summary: "The newest acknowledged state as one file: what a new node or a restore begins with.",
            need: .replicate,
            success: [Route.Success(status: 200, content: [("application/octet-stream", "")])],
            problems: [503], work: .read(snapshot)),
        Route(
            method: .get, path: "/replication/stream", operation: "stream",
            summary:
                "The log behind a position: frames as they are stored, and a heartbeat every half second without one.",
            need: .replicate,
            query: [
                Route.Parameter(name: "after", schema: ["type": "string"], isRequired: true),
                Route.Parameter(name: "chain", schema: ["type": "string"], isRequired: true),
            ],
            success: [Route.Success(status: 200, content: [("application/octet-stream", "")])],
            problems: [409, 422, 503], work: .read(stream)),
    ]

    private static func snapshot(_ call: Call) async throws -> Answer {
        let engine = call.api.engine
        return Answer(
            type: "application/octet-stream",
            body: .stream { writer in
                try await BlockingSource.stream(to: &writer) { sink in try engine.writeSnapshot(to: sink) }
            })
    }

    // MARK: The log

    /// What is gathered before it is written to the connection.
    private static let chunkBytes = 256 << 10
    private static let heartbeatMilliseconds = 500

    private static func stream(_ call: Call) async throws -> Answer {
        guard let position = call.query("after").flatMap(LogPosition.init) else {
            throw Problem.invalid(field: "after", "must be a position: <epoch>-<sequence>.")
        }
        guard let chain = call.query("chain").flatMap(Hash128.init) else {
            throw Problem.invalid(
                field: "chain", "must be the chain hash of the frame at 'after': 32 hexadecimal digits.")
        }
        let api = call.api
        let feed = Feed(api.engine)
        let log: FeedStream
        do {
            log = try await NIOThreadPool.singleton.runIfActive { try feed.open(after: position, chain: chain) }
        } catch let refusal as FeedRefusal {
            throw Problem.feed(refusal)
        }
        return Answer(
            type: "application/octet-stream",
            body: .stream { writer in try await send(log, of: api, to: &writer) })
    }

    /// Sends frames and heartbeats until the follower goes away or the server stops.
    @concurrent
    private static func send(_ log: FeedStream, of api: API, to writer: inout any ResponseBodyWriter) async throws {
        let clock = ContinuousClock()
        var heartbeatDue = clock.now
        while !api.lifecycle.isDraining, api.engine.isReady {
            var chunk = try await NIOThreadPool.singleton.runIfActive {
                var chunk = ByteBuffer()
                _ = try log.read(byteLimit: chunkBytes) { frame in
                    frame.withUnsafeBytes { _ = chunk.writeBytes($0) }
                }
                return chunk
            }
            if clock.now >= heartbeatDue {
                log.withHeartbeat { frame in frame.withUnsafeBytes { _ = chunk.writeBytes($0) } }
                heartbeatDue = clock.now.advanced(by: .milliseconds(heartbeatMilliseconds))
            }
            if chunk.readableBytes > 0 { try await writer.write(chunk) }
            _ = await log.waitForMore(timeoutMilliseconds: heartbeatMilliseconds)
        }
    }
}
