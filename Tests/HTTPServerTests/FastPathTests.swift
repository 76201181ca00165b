import JSONText
import NIOCore
import TestSupport
import Testing

@testable import HTTPServer

@Suite("The fast path")
struct FastPathTests {
    /// Makes the key known, so that the connections that follow begin on the fast path.
    private static func warm(_ server: TestServer) async throws -> String {
        let code = try await server.codes(1, maxUses: 10_000)[0]
        _ = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"warm"}"#)
        return code
    }

    private static func claim(_ code: String, _ redeemer: String) -> String {
        claimRequest(#"{"code":"\#(code)","redeemer_id":"\#(redeemer)"}"#)
    }

    @Test("answers more pipelined claims than may wait at once, in their order, with refused ones between")
    func pipelined() async throws {
        try await TestServer.run { server in
            let code = try await Self.warm(server)
            try await RawConnection.open(server) { connection in
                var text = ""
                for number in 0..<700 {
                    text += Self.claim(code, "r\(number)")
                    if number % 50 == 7 { text += claimRequest("{broken") }
                }
                try await connection.send(text)
                for number in 0..<700 {
                    let answer = try #require(await connection.response())
                    #expect(answer.status == 200 && answer.body.contains("\"redeemer_id\":\"r\(number)\""))
                    guard number % 50 == 7 else { continue }
                    let refused = try #require(await connection.response())
                    #expect(refused.status == 422, "\(refused)")
                }
            }
        }
    }

    @Test("takes a request that comes in pieces, and the next one that came with its end")
    func pieces() async throws {
        try await TestServer.run { server in
            let code = try await Self.warm(server)
            try await RawConnection.open(server) { connection in
                let bytes = Array((Self.claim(code, "ann") + Self.claim(code, "ben")).utf8)
                for start in stride(from: 0, to: bytes.count, by: 17) {
                    try await connection.send(Array(bytes[start..<min(start + 17, bytes.count)]))
                    try await Task.sleep(for: .milliseconds(2))
                }
                for name in ["ann", "ben"] {
                    let answer = try #require(await connection.response())
                    #expect(answer.status == 200 && answer.body.contains("\"redeemer_id\":\"\(name)\""))
                }
            }
        }
    }

    @Test("gives a connection away with what it has sent, after what was begun is answered")
    func leaving() async throws {
        try await TestServer.run { server in
            let code = try await Self.warm(server)
            try await RawConnection.open(server) { connection in
                try await connection.send(
                    Self.claim(code, "ann") + "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" + Self.claim(code, "ben"))
                #expect(await connection.response()?.body.contains("\"ann\"") == true)
                #expect(await connection.response()?.body == "ok\n")
                #expect(await connection.response()?.body.contains("\"ben\"") == true)
                try await connection.send(Self.claim(code, "cleo"))
                #expect(await connection.response()?.body.contains("\"cleo\"") == true)
            }
        }
    }

    @Test("notices that a key was revoked on a connection that has used it")
    func revoked() async throws {
        try await TestServer.run { server in
            let code = try await Self.warm(server)
            let reply = try await server.post(
                "/api/admin/invitations/keys", #"{"name":"test","scopes":["claims"]}"#)
            let key = try #require(reply["data", "key"].string)
            guard case .integer(let id) = reply["data", "id"] else { throw TestFailure(reply.text) }
            _ = try await server.post(
                "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"first"}"#, key: key)
            try await RawConnection.open(server) { connection in
                try await connection.send(claimRequest(#"{"code":"\#(code)","redeemer_id":"ann"}"#, key: key))
                #expect(await connection.response()?.status == 200)
                let revoked = try await server.send("DELETE", "/api/admin/invitations/keys/\(id)")
                #expect(revoked.status < 300)
                try await connection.send(claimRequest(#"{"code":"\#(code)","redeemer_id":"ben"}"#, key: key))
                #expect(await connection.response()?.status == 401)
            }
        }
    }

    @Test("refuses what the sequencer has no room for, in order, and continues")
    func overload() async throws {
        try await TestServer.run(inboxCapacity: 8) { server in
            let code = try await Self.warm(server)
            try await RawConnection.open(server) { connection in
                try await connection.send((0..<200).map { Self.claim(code, "r\($0)") }.joined())
                var granted = 0
                for number in 0..<200 {
                    let answer = try #require(await connection.response())
                    #expect(answer.status == 200 || answer.status == 503)
                    guard answer.status == 200 else { continue }
                    granted += 1
                    #expect(answer.body.contains("\"redeemer_id\":\"r\(number)\""))
                }
                #expect(granted >= 8)
                try await connection.send(Self.claim(code, "later"))
                #expect(await connection.response()?.status == 200)
            }
        }
    }

    @Test("ends idle connections when the server stops, and answers what was begun")
    func draining() async throws {
        let directory = try TemporaryDirectory("drain")
        let (ended, continuation) = AsyncStream.makeStream(of: String.self)
        try await TestServer.run(on: directory) { server in
            let code = try await Self.warm(server)
            let ready = AsyncStream.makeStream(of: Void.self)
            Task {
                try await RawConnection.open(server) { connection in
                    try await connection.send(Self.claim(code, "ann"))
                    _ = await connection.response()
                    ready.continuation.yield()
                    continuation.yield(await connection.readToEnd())
                    continuation.finish()
                }
            }
            _ = await ready.stream.first { _ in true }
        }
        #expect(await ended.first { _ in true } == "")
    }
}
