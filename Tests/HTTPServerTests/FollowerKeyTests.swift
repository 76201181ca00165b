import Domain
import Engine
import Foundation
import JSONText
import Journal
import Replication
import Synchronization
import TestSupport
import Testing

@testable import API
@testable import HTTPServer
@testable import Wire

/// A replica of a test server that follows it over HTTP, with a key of its own.
final class HTTPReplica: Sendable {
    let engine: Engine
    let follower: Follower
    private let running: Task<Void, Never>

    static func start(
        of server: TestServer, key: String, in directory: TemporaryDirectory, name: String = "r",
        _ wrap: (any Upstream) -> any Upstream = { $0 }
    ) async throws -> HTTPReplica {
        let path = directory.path + "/\(name)"
        let upstream = wrap(HTTPUpstream(url: server.base, key: key))
        if try ReplicaDirectory.contents(of: path) == .nothing {
            _ = try await Bootstrap.run(directory: path, from: upstream, mapBytes: 1 << 28)
        }
        var configuration = EngineConfiguration(directory: path)
        configuration.role = .replica
        configuration.segmentBytes = 1 << 20
        configuration.mapBytes = 1 << 28
        return HTTPReplica(try Engine.open(configuration).engine, upstream)
    }

    private init(_ engine: Engine, _ upstream: any Upstream) {
        self.engine = engine
        let follower = Follower(
            engine: engine, upstream: upstream, identity: FollowerIdentity(node: engine.directory.node),
            makeUpstream: { _ in upstream })
        self.follower = follower
        running = Task { _ = try? await follower.run() }
    }

    func stop() async {
        running.cancel()
        await running.value
        await engine.drain()
    }
}

extension TestServer {
    /// Waits until that many followers are connected.
    func awaitFollowers(_ count: Int) async throws {
        for _ in 0..<1000 where engine.quorum.connected < count { try await Task.sleep(for: .milliseconds(10)) }
        guard engine.quorum.connected >= count else { throw TestFailure("the follower did not connect") }
    }

    /// Claims on the campaign until one succeeds; at most for ten seconds.
    func claimUntilTaken(_ campaign: String, by redeemer: String, key: String) async throws -> Reply {
        let end = ContinuousClock.now.advanced(by: .seconds(10))
        while true {
            let reply = try await post(
                "/api/invitations/redeem", "{\"campaign\":\"\(campaign)\",\"redeemer_id\":\"\(redeemer)\"}", key: key)
            if reply.status == 200 || ContinuousClock.now >= end { return reply }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

@Suite("Followers and their keys")
struct FollowerKeyTests {
    @Test("a new key or tenant does not stop the confirmations of followers that show a key of their own")
    func newKey() async throws {
        try await TestServer.run(syncTimeoutMilliseconds: 30_000) { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 1000)
            let claims = try await server.key("claims")
            let directory = try TemporaryDirectory("replicas")
            let replica = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: directory)
            try await server.awaitFollowers(1)
            server.engine.quorum.require(1)
            for round in 0..<3 {
                _ = try await server.key("read")
                let tenant = try await server.post(
                    "/api/admin/invitations/tenants", "{\"id\":\"t\(round)\",\"name\":\"T\"}")
                #expect(tenant.status == 201)
                let reply = try await server.claimUntilTaken("drop", by: "r\(round)", key: claims)
                #expect(reply.status == 200 && reply["already"] == .bool(false), "\(reply.text)")
            }
            server.engine.quorum.require(0)
            await replica.stop()
        }
    }

    @Test("strangers cannot push out known keys, are told 429 after a while, and friends behind their address are not")
    func strangers() async throws {
        try await TestServer.run(syncTimeoutMilliseconds: 30_000) { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 1000)
            let claims = try await server.key("claims")
            let directory = try TemporaryDirectory("replicas")
            let replica = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: directory)
            try await server.awaitFollowers(1)
            server.engine.quorum.require(1)
            var statuses: [Int: Int] = [:]
            let start = ContinuousClock.now
            let paths = [
                "/api/invitations/redeem", "/api/invitations/holds", "/api/invitations/redeem/batch",
                "/api/admin/invitations/campaigns",
            ]
            for number in 0..<400 {
                let reply = try await server.post(paths[number % paths.count], "{}", key: "usher_stranger_\(number)")
                statuses[reply.status, default: 0] += 1
                if reply.status == 429 { #expect(reply.headers["retry-after"] != nil) }
            }
            #expect(Set(statuses.keys) == [401, 429])
            let told = Int64(statuses[401] ?? 0)
            let refilled = (start.duration(to: .now).components.seconds + 1) * StrangerLimit.perSecond
            #expect(told >= StrangerLimit.burst && told <= StrangerLimit.burst + refilled, "\(statuses)")
            let reply = try await server.claimUntilTaken("drop", by: "somebody", key: claims)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(try await server.get("/api/admin/invitations/campaigns").status == 200)
            server.engine.quorum.require(0)
            await replica.stop()
        }
    }

    @Test("while a frame waits for followers, keys are known, health answers and a newer primary's word is heard")
    func waiting() async throws {
        try await TestServer.run(syncTimeoutMilliseconds: 60_000) { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 1000)
            let key = try await server.key("claims", "read")
            let isAnswered = Atomic<Bool>(false)
            server.engine.quorum.enter("deaf", at: server.engine.position)
            server.engine.quorum.require(1)
            async let waiting = {
                defer { isAnswered.store(true, ordering: .relaxed) }
                return try await server.post(
                    "/api/invitations/redeem", "{\"campaign\":\"drop\",\"redeemer_id\":\"r\"}", key: key)
            }()
            while server.engine.syncedPoint.position == server.engine.position { await Task.yield() }
            #expect(try await server.get("/livez").status == 200)
            #expect(try await server.get("/metrics").status == 200)
            #expect(try await server.get("/api/admin/replication").status == 200)
            #expect(try await server.get("/openapi.json", key: "usher_unknown").status == 200)
            #expect(try await server.get("/api/admin/invitations/campaigns", key: "usher_unknown").status == 401)
            let wasAnswered = isAnswered.load(ordering: .relaxed)
            #expect(!wasAnswered, "all of it while the frame waited")
            #expect(try await server.engine.learn(epoch: 7, primary: nil))
            #expect(try await waiting["code"].string == "outcome_unknown")
            #expect(!server.engine.decides)
        }
    }
}
