import Engine
import Foundation
import Journal
import Replication
import Synchronization
import TestSupport

/// An upstream in the same process, over a line that fails as its seed says.
final class LoopbackUpstream: Upstream {
    /// The faults of the line, in percent of pieces.
    struct Faults {
        /// The line breaks in the middle of a piece.
        var cut = 0
        /// A bit of the piece is flipped.
        var flip = 0
        /// The piece is late by up to so many milliseconds.
        var delayMilliseconds = 0
        /// So many confirmations get lost, the first ones.
        var lostConfirmations = 0
    }

    let url: String
    private let node: Mutex<Engine?>
    private let followers = Mutex<Followers?>(nil)
    private let random: Mutex<SeededGenerator>
    private let faults: Faults
    private let confirmations = Atomic<Int>(0)

    init(_ engine: Engine, url: String = "loopback://primary", seed: UInt64 = 1, faults: Faults = Faults()) {
        self.url = url
        node = Mutex(engine)
        random = Mutex(SeededGenerator(seed: seed))
        self.faults = faults
        followers.withLock { $0 = Followers(engine) }
    }

    /// Replaces the engine behind the line, as a restart does; nil: it is down.
    func replace(by engine: Engine?) {
        node.withLock { $0 = engine }
        followers.withLock { $0 = engine.map { Followers($0) } }
    }

    /// The node's reports of its followers.
    var reports: [Followers.Report] { followers.withLock { $0?.reports ?? [] } }

    private func engine() throws -> Engine {
        guard let engine = node.withLock({ $0 }) else { throw UpstreamError.unreachable("it is down") }
        return engine
    }

    func openStream(after point: JournalPoint, as follower: FollowerIdentity) async throws -> UpstreamStream {
        let engine = try engine()
        // As over HTTP: only a node that does not decide names the primary.
        let standing = UpstreamStanding(
            position: engine.position, primary: engine.decides ? nil : engine.standing.primary)
        let stream: FeedStream
        do {
            stream = try Feed(engine).open(after: point.position, chain: point.chain, history: follower.history)
        } catch let refusal as FeedRefusal {
            throw UpstreamError.refused(code: refusal.word, message: refusal.message, standing: standing)
        }
        let connection: Followers.Connection?
        do throws(Followers.Late) {
            connection = try followers.withLock { $0 }?.enter(follower, stream)
        } catch {
            throw UpstreamError.late(registration: error.registration)
        }
        let line = Line(stream, of: engine, at: self, connection)
        return UpstreamStream(standing: standing) { try await line.next() }
    }

    func confirm(_ position: LogPosition, by follower: FollowerIdentity) async throws -> Bool {
        _ = try engine()
        if confirmations.add(1, ordering: .relaxed).newValue <= faults.lostConfirmations {
            throw UpstreamError.unreachable("the confirmation was lost")
        }
        return followers.withLock { $0?.confirm(follower.node, position, registration: follower.registration) } ?? false
    }

    func download(to path: String, progress: @Sendable (UInt64) -> Void) async throws -> UpstreamStanding {
        let engine = try engine()
        let bytes = Mutex<[UInt8]>([])
        try engine.writeSnapshot { piece in bytes.withLock { $0.append(contentsOf: piece) } }
        try bytes.withLock { Data($0) }.write(to: URL(filePath: path))
        return UpstreamStanding(position: engine.position, primary: url)
    }

    func tell(epoch: UInt64, primary: String?) async throws {
        try await engine().learn(epoch: epoch, primary: primary)
    }

    /// One connection.
    ///
    /// `@unchecked Sendable`: used by one follower, one call after the other.
    private final class Line: @unchecked Sendable {
        private let stream: FeedStream
        private let engine: Engine
        private let upstream: LoopbackUpstream
        private let connection: Followers.Connection?
        private var isCut = false

        init(
            _ stream: FeedStream, of engine: Engine, at upstream: LoopbackUpstream, _ connection: Followers.Connection?
        ) {
            self.stream = stream
            self.engine = engine
            self.upstream = upstream
            self.connection = connection
        }

        deinit {
            if let connection { upstream.followers.withLock { $0?.leave(connection) } }
        }

        func next() async throws -> [UInt8]? {
            if isCut { throw UpstreamError.unreachable("the line was cut") }
            guard engine.isReady, try upstream.engine() === engine else { throw UpstreamError.unreachable("it stops") }
            var piece: [UInt8] = []
            _ = try stream.read(byteLimit: 1 << 16) { frame in frame.withUnsafeBytes { piece.append(contentsOf: $0) } }
            if let connection { upstream.followers.withLock { $0?.sent(connection, stream) } }
            if piece.isEmpty {
                _ = await stream.waitForMore(timeoutMilliseconds: 20)
                stream.withHeartbeat { frame in frame.withUnsafeBytes { piece.append(contentsOf: $0) } }
                return piece
            }
            let (cut, flip, delay) = upstream.random.withLock { random in
                (random.next() % 100, random.next() % 100, Int(random.next() % 1000))
            }
            if upstream.faults.delayMilliseconds > 0 {
                try await Task.sleep(for: .milliseconds(delay % upstream.faults.delayMilliseconds))
            }
            if flip < upstream.faults.flip { piece[delay % piece.count] ^= 1 << UInt8(delay % 8) }
            if cut < upstream.faults.cut {
                isCut = true
                piece.removeLast(1 + delay % piece.count)
            }
            return piece
        }
    }
}

/// A replica that follows, for the length of a test.
final class TestReplica: Sendable {
    let engine: Engine
    let follower: Follower
    private let running: Task<Follower.End?, Never>

    /// Opens the directory as a replica, bootstrapping it if it is empty, and follows.
    static func start(
        in directory: TemporaryDirectory, from upstream: any Upstream, name: String? = nil,
        makeUpstream: (@Sendable (String) -> any Upstream)? = nil, seams: EngineSeams = EngineSeams(),
        _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws -> TestReplica {
        let path = directory.path + "/data"
        if try ReplicaDirectory.contents(of: path) == .nothing {
            _ = try await Bootstrap.run(directory: path, from: upstream, mapBytes: 1 << 30)
        }
        return TestReplica(
            try open(directory, seams: seams, configure), upstream, name: name, makeUpstream: makeUpstream)
    }

    /// Opens the directory of a replica, without following anybody.
    static func open(
        _ directory: TemporaryDirectory, seams: EngineSeams = EngineSeams(),
        _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> Engine {
        var configuration = EngineConfiguration(directory: directory.path + "/data")
        configuration.role = .replica
        configuration.segmentBytes = 1 << 20
        configuration.mapBytes = 1 << 30
        configuration.freeDiskBytesMin = 0
        configure(&configuration)
        return try Engine.open(configuration, seams: seams).engine
    }

    private init(
        _ engine: Engine, _ upstream: any Upstream, name: String?,
        makeUpstream: (@Sendable (String) -> any Upstream)?
    ) {
        self.engine = engine
        let follower = Follower(
            engine: engine, upstream: upstream, identity: FollowerIdentity(node: name ?? engine.directory.node),
            makeUpstream: makeUpstream ?? { _ in upstream })
        self.follower = follower
        running = Task {
            do {
                try await follower.run()
                return nil
            } catch {
                return error as? Follower.End
            }
        }
    }

    /// Waits until it has a position.
    func reach(_ position: LogPosition, seconds: Int = 60) async throws {
        do {
            try await engine.wait(for: position, timeoutMilliseconds: seconds * 1000)
        } catch {
            throw NotReached(error: error, standing: engine.standing, status: follower.status)
        }
    }

    /// Waits until following ends by itself.
    func end() async -> Follower.End? { await running.value }

    /// Stops following and closes the engine.
    func stop() async {
        running.cancel()
        _ = await running.value
        await engine.drain()
    }
}

/// The state of a replica that did not reach a position in time.
private struct NotReached: Error {
    var error: any Error
    var standing: NodeStanding
    var status: FollowerStatus
}
