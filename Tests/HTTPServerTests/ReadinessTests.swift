import Engine
import Foundation
import JSONText
import Journal
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

@Suite struct `Health tells the truth` {
    /// Checks what all ways of asking say; gives the status of a claim.
    private func expect(_ server: TestServer, _ reasons: [String]) async throws {
        let plain = try await server.get("/readyz", key: nil)
        #expect(plain.status == (reasons.isEmpty ? 200 : 503))
        #expect(plain.text == (reasons.isEmpty ? "ready\n" : "not ready: \(reasons.joined(separator: ", "))\n"))
        let verbose = try await server.get("/readyz?verbose", key: nil)
        #expect(verbose["ready"] == .bool(reasons.isEmpty))
        #expect(verbose["state"].string == reasons.first ?? "ready", "one truth")
        #expect(verbose["reasons"].array?.compactMap { $0.object?["code"]?.string } == reasons)
        let metrics = try await server.get("/metrics", key: nil).text
        #expect(metrics.contains("\nusher_ready \(reasons.isEmpty ? 1 : 0)\n"))
        for code in Readiness.codes {
            let value = reasons.contains(code) ? 1 : 0
            #expect(metrics.contains("\nusher_not_ready{reason=\"\(code)\"} \(value)\n"), "\(code)")
        }
        #expect(try await server.get("/livez", key: nil).status == 200)
    }

    private func claim(_ server: TestServer, _ code: String, _ redeemer: String) async throws -> TestServer.Reply {
        try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"}"#)
    }

    @Test func `W15: when followers are missing, and when a frame waits for them beyond its time`() async throws {
        try await TestServer.run(syncTimeoutMilliseconds: 50) { server in
            let code = try #require(try await server.codes(1, maxUses: 10).first)
            let quorum = server.engine.quorum
            try await expect(server, [])
            quorum.require(1)
            try await expect(server, ["too_few_replicas"])
            #expect(try await claim(server, code, "a")["code"].string == "too_few_replicas")
            quorum.enter("follower", at: server.engine.position)
            try await expect(server, [])
            #expect(try await claim(server, code, "b")["code"].string == "outcome_unknown")
            try await expect(server, ["replicas_late"])
            #expect(try await claim(server, code, "c")["code"].string == "too_few_replicas")
            quorum.confirm("follower", server.engine.syncedPoint.position)
            quorum.require(0)
            for _ in 0..<50 where try await server.get("/readyz").status != 200 {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await expect(server, [])
            #expect(try await claim(server, code, "b")["already"] == .bool(true))
        }
    }

    @Test func `on a node that another has taken over from`() async throws {
        try await TestServer.run { server in
            try await expect(server, [])
            _ = try await server.engine.learn(epoch: 7, primary: "http://127.0.0.1:1")
            try await expect(server, ["superseded"])
        }
    }

    @Test func `also while the sequencer hangs and its inbox is full`() async throws {
        try await TestServer.run(inboxCapacity: 2) { server in
            let code = try #require(try await server.codes(1, maxUses: 10).first)
            let stall = await Stall.begin(server.engine)
            async let first = claim(server, code, "a")
            async let second = claim(server, code, "b")
            for _ in 0..<100 where server.engine.status.inboxDepth < 2 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(server.engine.status.inboxDepth == 2)
            #expect(try await claim(server, code, "c")["code"].string == "overloaded")
            try await expect(server, [])
            stall.end()
            let statuses = [try await first.status, try await second.status]
            #expect(statuses == [200, 200])
        }
    }
}
