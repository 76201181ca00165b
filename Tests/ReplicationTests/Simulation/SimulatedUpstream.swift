import Engine
import Journal
import Replication

/// Another node as a node of a simulation reaches it: the feed of production behind lines of the simulation.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedUpstream: Upstream, @unchecked Sendable {
    let url: String
    private let asker: SimulatedServer
    /// The asker's life that this belongs to: its requests of an earlier one reach nobody.
    private let life: Int
    private let target: SimulatedServer

    init(of asker: SimulatedServer, to target: SimulatedServer) {
        self.asker = asker
        life = asker.lives
        self.target = target
        url = target.url
    }

    func openStream(after point: JournalPoint, as follower: FollowerIdentity) async throws -> UpstreamStream {
        try await request { node in
            let engine = node.engine
            let primary = engine.decides ? self.target.url : engine.standing.primary
            let standing = UpstreamStanding(position: engine.position, primary: primary)
            do {
                let log = try Feed(engine).open(after: point.position, chain: point.chain, history: follower.history)
                let connection = try node.followers.enter(follower, log)
                let line = Line(log, of: node, connection, self)
                return UpstreamStream(standing: standing) { try await line.next() }
            } catch let refusal as FeedRefusal {
                throw UpstreamError.refused(code: refusal.word, message: refusal.message, standing: standing)
            } catch let late as Followers.Late {
                throw UpstreamError.late(registration: late.registration)
            }
        }
    }

    func confirm(_ position: LogPosition, by follower: FollowerIdentity) async throws -> Bool {
        try await request { $0.followers.confirm(follower.node, position, registration: follower.registration) }
    }

    func download(to path: String, progress: @Sendable (UInt64) -> Void) async throws -> UpstreamStanding {
        throw UpstreamError.unreachable("a simulated node is given its data by the simulation")
    }

    func tell(epoch: UInt64, primary: String?) async throws {
        try await request { _ = try await $0.engine.learn(epoch: epoch, primary: primary) }
    }

    /// Asks the other node, if it is there when the question arrives and the line holds until the answer is back.
    private func request<Answer: Sendable>(
        _ body: (SimulatedServer.Life) async throws -> Answer
    ) async throws -> Answer {
        try await carry(asker.name, target.name)
        guard let node = target.life else { throw UpstreamError.unreachable("it is down") }
        let answer: Result<Answer, any Error>
        do { answer = .success(try await body(node)) } catch { answer = .failure(error) }
        try await carry(target.name, asker.name)
        return try answer.get()
    }

    private func carry(_ sender: String, _ receiver: String) async throws {
        try await asker.network.carry(sender, receiver)
        guard asker.lives == life else { throw UpstreamError.unreachable("who asked is dead") }
    }

    /// One stream over a line of the simulation.
    ///
    /// `@unchecked Sendable`: as ``SimulatedWorld``.
    private final class Line: @unchecked Sendable {
        private let feed: FeedLine
        private let node: SimulatedServer.Life
        private let connection: Followers.Connection
        private let upstream: SimulatedUpstream

        init(
            _ log: FeedStream, of node: SimulatedServer.Life, _ connection: Followers.Connection,
            _ upstream: SimulatedUpstream
        ) {
            feed = FeedLine(
                log, of: node.engine, as: connection, in: node.followers, clock: upstream.target.clock)
            self.node = node
            self.connection = connection
            self.upstream = upstream
        }

        deinit {
            // The server learns of a dead line late.
            let (node, connection, world) = (node, connection, upstream.target.world)
            world.after(milliseconds: world.below(1500)) { node.followers.leave(connection) }
        }

        func next() async throws -> [UInt8]? {
            guard let piece = try await feed.next() else { return nil }
            guard upstream.target.life === node else { throw UpstreamError.unreachable("it is down") }
            try await upstream.carry(upstream.target.name, upstream.asker.name)
            return piece
        }
    }
}
