import Engine
import JSONText
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

/// Followers that are gone, and the operator's word that they will not come back.
@Suite struct `A node that is gone` {
    private static let path = "/api/admin/replication"

    private func strikeOff(_ name: String, _ server: TestServer) async throws -> TestServer.Reply {
        try await server.post(Self.path + "/strike-off", #"{"node":"\#(name)"}"#)
    }

    @Test func `is shown as lost until it comes back or is struck off, and counts for nothing meanwhile`() async throws
    {
        try await TestServer.run { server in
            let directory = try TemporaryDirectory("replica")
            let key = try await server.key("replicate")
            let replica = try await HTTPReplica.start(of: server, key: key, in: directory)
            try await server.awaitFollowers(1)
            let name = replica.engine.directory.node
            let connected = try await strikeOff(name, server)
            #expect(connected.status == 409 && connected["code"].string == "node_connected")
            await replica.stop()
            for _ in 0..<1000 where server.engine.quorum.connected > 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            let lost = try await server.get(Self.path)["data", "lost_followers"].array ?? []
            #expect(lost.map { $0.object?["node"]?.string } == [name])
            server.engine.quorum.require(1)
            let told = try await strikeOff(name, server)
            #expect(told.status == 200 && told["data", "lost_followers"].array?.isEmpty == true)
            #expect(told["data", "sync_replicas"] == .integer(1), "the operator's number stays")
            #expect(try await strikeOff(name, server).status == 404)
            server.engine.quorum.require(0)
            // It is back all the same: a follower like any other.
            let again = try await HTTPReplica.start(of: server, key: key, in: directory)
            try await server.awaitFollowers(1)
            #expect(try await server.get(Self.path)["data", "lost_followers"].array?.isEmpty == true)
            await again.stop()
        }
    }

    @Test func `needs a root key and a name`() async throws {
        try await TestServer.run { server in
            let key = try await server.key("replicate")
            #expect(try await server.post(Self.path + "/strike-off", #"{"node":"x"}"#, key: key).status == 403)
            #expect(try await server.post(Self.path + "/strike-off", "{}").status == 422)
            #expect(try await strikeOff("nobody", server).status == 404)
        }
    }
}
