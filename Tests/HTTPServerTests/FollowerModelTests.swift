import Engine
import Foundation
import JSONText
import Journal
import Replication
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

/// The way of a follower to a test server over HTTP, which can be frozen and cut, and repeats old requests late.
final class FaultyUpstream: Upstream {
    private struct State {
        var isFrozen = false
        /// Counts cuts: a stream of before the last one is broken.
        var cuts = 0
        var requests: [(point: JournalPoint, follower: FollowerIdentity)] = []
    }

    private let real: any Upstream
    private let state = Mutex(State())

    init(_ real: any Upstream) { self.real = real }

    var url: String { real.url }

    func freeze() { state.withLock { $0.isFrozen = true } }
    func thaw() { state.withLock { $0.isFrozen = false } }
    func cut() { state.withLock { $0.cuts += 1 } }

    /// Sends an old stream request once more, reads a little of it and lets it end, as a link does that has held it back.
    func repeatOldRequest() async -> UpstreamError? {
        guard let old = state.withLock({ $0.requests.dropLast().last ?? $0.requests.last }) else { return nil }
        do {
            let stream = try await real.openStream(after: old.point, as: old.follower)
            _ = try await stream.next()
            return nil
        } catch {
            return error as? UpstreamError
        }
    }

    private func pass() async throws {
        while state.withLock({ $0.isFrozen }) {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func openStream(after point: JournalPoint, as follower: FollowerIdentity) async throws -> UpstreamStream {
        try await pass()
        let cuts = state.withLock { state in
            state.requests.append((point, follower))
            return state.cuts
        }
        let stream = try await real.openStream(after: point, as: follower)
        return UpstreamStream(standing: stream.standing) { [self] in
            try await pass()
            guard state.withLock({ $0.cuts }) == cuts else { throw UpstreamError.unreachable("the line was cut") }
            return try await stream.next()
        }
    }

    func confirm(_ position: LogPosition, by follower: FollowerIdentity) async throws -> Bool {
        try await pass()
        return try await real.confirm(position, by: follower)
    }

    func download(to path: String, progress: @Sendable (UInt64) -> Void) async throws -> UpstreamStanding {
        try await real.download(to: path, progress: progress)
    }

    func tell(epoch: UInt64, primary: String?) async throws { try await real.tell(epoch: epoch, primary: primary) }
}

@Suite("A primary and its followers")
struct FollowerModelTests {
    /// Followers of a server, with the lines that a test makes trouble on.
    private final class Nodes {
        let server: TestServer
        let directory: TemporaryDirectory
        var replicas: [(name: String, replica: HTTPReplica, line: FaultyUpstream)] = []
        private var made = 0

        init(_ server: TestServer) throws {
            self.server = server
            directory = try TemporaryDirectory("model")
        }

        func add(named name: String? = nil) async throws {
            made += 1
            let name = name ?? "r\(made)"
            var line: FaultyUpstream?
            let key = try await server.key("replicate")
            let replica = try await HTTPReplica.start(of: server, key: key, in: directory, name: name) { real in
                let faulty = FaultyUpstream(real)
                line = faulty
                return faulty
            }
            if let line { replicas.append((name, replica, line)) }
        }

        /// Stops a follower and starts another in its place: on its directory, or on a new one.
        func replace(_ index: Int, sameDirectory: Bool) async throws {
            let old = replicas.remove(at: index)
            old.line.thaw()
            await old.replica.stop()
            try await add(named: sameDirectory ? old.name : nil)
        }

        func stop() async {
            for node in replicas {
                node.line.thaw()
                await node.replica.stop()
            }
        }
    }

    @Test(
        "frozen, cut, replaced and doubled, with keys made and revoked: claims continue when the required ones are there",
        arguments: [(1, 1), (2, 2), (3, 3)] as [(UInt64, Int)])
    func model(seed: UInt64, followers: Int) async throws {
        try await TestServer.run(syncTimeoutMilliseconds: 150) { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 100_000)
            let claims = try await server.key("claims")
            let nodes = try Nodes(server)
            for _ in 0..<followers { try await nodes.add() }
            try await server.awaitFollowers(followers)
            var random = SeededGenerator(seed: seed)
            for step in 0..<25 {
                try await trouble(step, nodes, claims, followers, &random)
            }
            for node in nodes.replicas { node.line.thaw() }
            server.engine.quorum.require(0)
            try await server.awaitFollowers(followers)
            for required in 1...followers {
                server.engine.quorum.require(required)
                let reply = try await server.claimUntilTaken("drop", by: "last\(required)", key: claims)
                #expect(reply.status == 200, "seed \(seed), \(required) required: \(reply.text)")
            }
            server.engine.quorum.require(0)
            await nodes.stop()
        }
    }

    private func trouble(
        _ step: Int, _ nodes: Nodes, _ claims: String, _ followers: Int, _ random: inout SeededGenerator
    ) async throws {
        let server = nodes.server
        let index = Int(random.next() % UInt64(nodes.replicas.count))
        switch random.next() % 9 {
        case 0: nodes.replicas[index].line.freeze()
        case 1: for node in nodes.replicas { node.line.thaw() }
        case 2: nodes.replicas[index].line.cut()
        case 3:
            let error = await nodes.replicas[index].line.repeatOldRequest()
            guard case .late? = error else { break }
        case 4: server.engine.quorum.require(Int(random.next() % UInt64(followers + 1)))
        case 5:
            // As a root: whether it is answered depends on the followers.
            _ = try await server.post("/api/admin/invitations/keys", "{\"name\":\"k\",\"scopes\":[\"read\"]}")
        case 6:
            // Making its key needs a primary that decides.
            server.engine.quorum.require(0)
            for node in nodes.replicas { node.line.thaw() }
            try await nodes.replace(index, sameDirectory: random.next() % 2 == 0)
        case 7: _ = try await server.get("/api/admin/invitations/campaigns", key: "usher_stranger_\(step)")
        default:
            _ = try await server.post(
                "/api/invitations/redeem", "{\"campaign\":\"drop\",\"redeemer_id\":\"s\(step)\"}", key: claims)
        }
        try await Task.sleep(for: .milliseconds(Int(random.next() % 40)))
    }

    @Test("a late copy of an old request displaces nobody, and is told that it is late")
    func late() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 1000)
            let claims = try await server.key("claims")
            let nodes = try Nodes(server)
            try await nodes.add()
            try await server.awaitFollowers(1)
            let node = nodes.replicas[0]
            let connections = node.replica.follower.status.connections
            node.line.cut()
            while node.replica.follower.status.connections == connections {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await server.awaitFollowers(1)
            for _ in 0..<3 {
                guard case .late(let registration)? = await node.line.repeatOldRequest() else {
                    Issue.record("an old request was taken")
                    break
                }
                #expect(registration > 0)
            }
            try await server.awaitFollowers(1)
            server.engine.quorum.require(1)
            #expect(try await server.claimUntilTaken("drop", by: "r", key: claims).status == 200)
            server.engine.quorum.require(0)
            await nodes.stop()
        }
    }

    @Test("a follower that was counted out learns it without a new frame, and comes back")
    func forgotten() async throws {
        try await TestServer.run { server in
            let nodes = try Nodes(server)
            try await nodes.add()
            try await server.awaitFollowers(1)
            let node = nodes.replicas[0]
            let (connections, position) = (node.replica.follower.status.connections, server.engine.position)
            let name = node.replica.engine.directory.node
            let answer = try await server.post(
                "/replication/confirm", "{\"follower\":\"\(name)\",\"position\":\"\(position)\",\"registration\":1}")
            #expect(answer["connected"] == .bool(false), "a confirmation of an older stream does not count")
            // Another process with its name, as from a copied directory, takes its place and goes away.
            let copy = FollowerIdentity(
                node: name, history: server.engine.historyName, registration: 1 << 50)
            do {
                let stream = try await HTTPUpstream(url: server.base, key: TestServer.rootKey).openStream(
                    after: node.replica.engine.syncedPoint, as: copy)
                _ = try await stream.next()
            }
            while node.replica.follower.status.connections == connections {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await server.awaitFollowers(1)
            #expect(node.replica.follower.status.connections > connections && server.engine.position == position)
            await nodes.stop()
        }
    }
}
