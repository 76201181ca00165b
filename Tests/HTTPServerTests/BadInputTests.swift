import Foundation
import JSONText
import NIOCore
import Testing

@testable import HTTPServer

@Suite("Bad input gets a clear answer or a closed connection, and the server continues")
struct BadInputTests {
    /// The server still works for others.
    private func expectAlive(_ server: TestServer) async throws {
        #expect(try await server.get("/livez").status == 200)
        #expect(try await server.post("/api/invitations/redeem", #"{"code":"NOPE","redeemer_id":1}"#).status == 422)
    }

    @Test("malformed bodies and wrong types are 422 and the connection lives on")
    func malformed() async throws {
        try await TestServer.run { server in
            try await RawConnection.open(server) { connection in
                for body in ["", "{", "[]", "\u{0}", "{\"code\":1}", "{\"code\":\"\\ud800\"}"] {
                    try await connection.send(claimRequest(body))
                    #expect(await connection.response()?.status == 422, "\(body)")
                }
                try await connection.send(Array(claimRequest("xxxx").utf8.dropLast(4)) + [0x22, 0xFF, 0xFE, 0x22])
                #expect(await connection.response()?.status == 422)
                try await connection.send(claimRequest(#"{"code":"NOPE","redeemer_id":1}"#))
                #expect(await connection.response()?.body.contains("\"error\":\"invalid\"") == true)
            }
        }
    }

    @Test(
        "bodies above 64 KiB are 413 and the connection is closed",
        arguments: ["/api/invitations/redeem", "/api/admin/invitations/campaigns"])
    func tooLarge(path: String) async throws {
        try await TestServer.run { server in
            try await RawConnection.open(server) { connection in
                try await connection.send(claimRequest(String(repeating: " ", count: 70_000), path: path))
                #expect(await connection.response()?.status == 413)
                _ = await connection.readToEnd()
                #expect(connection.isEnded)
            }
            try await RawConnection.open(server) { connection in
                let chunk = "4000\r\n" + String(repeating: " ", count: 0x4000) + "\r\n"
                try await connection.send(
                    "POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + String(repeating: chunk, count: 5) + "0\r\n\r\n")
                #expect(await connection.response()?.status == 413)
            }
            try await expectAlive(server)
        }
    }

    @Test("a megabyte of headers is refused")
    func headers() async throws {
        try await TestServer.run { server in
            for head in [
                "GET /livez HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 1 << 20),
                "GET /" + String(repeating: "a", count: 1 << 20),
                "GET /livez HTTP/1.1\r\nHost: x\r\n" + (0..<20_000).map { "X-\($0): \($0)\r\n" }.joined(),
            ] {
                try await RawConnection.open(server) { connection in
                    try? await connection.send(head)
                    let answer = await connection.readToEnd()
                    #expect(
                        answer.isEmpty || answer.hasPrefix("HTTP/1.1 431") || answer.hasPrefix("HTTP/1.1 400"),
                        "\(answer.prefix(200))")
                }
            }
            try await expectAlive(server)
        }
    }

    @Test(
        "garbage is answered 400 and the connection is closed",
        arguments: [
            "hello\r\n\r\n", "\u{1}\u{2}\u{3}\u{4}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        ])
    func garbage(text: String) async throws {
        try await TestServer.run { server in
            try await RawConnection.open(server) { connection in
                try await connection.send(text)
                let answer = await connection.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
                #expect(connection.isEnded)
            }
            try await expectAlive(server)
        }
    }

    @Test("garbage behind pipelined claims is answered after them")
    func garbageBehindClaims() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 5)[0]
            try await RawConnection.open(server) { connection in
                let claims = (0..<3).map { claimRequest(#"{"code":"\#(code)","redeemer_id":\#($0)}"#) }.joined()
                try await connection.send(claims + "\u{0}\u{0}nonsense\r\n\r\n")
                for _ in 0..<3 { #expect(await connection.response()?.status == 200) }
                #expect(await connection.response()?.status == 400)
                _ = await connection.readToEnd()
            }
        }
    }

    @Test("a body that breaks off claims nothing and frees the connection")
    func truncated() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1)[0]
            let body = #"{"code":"\#(code)","redeemer_id":"ann"}"#
            try await RawConnection.open(server) { connection in
                try await connection.send(String(claimRequest(body).dropLast(2)))
                connection.finish()
                _ = await connection.readToEnd()
            }
            try await RawConnection.open(server) { connection in
                try await connection.send(
                    "POST /api/invitations/redeem HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"co"
                )
                connection.finish()
                _ = await connection.readToEnd()
            }
            let claimed = try await server.post("/api/invitations/redeem", body)
            #expect(claimed["already"] == false)
        }
    }

    @Test("a client that closes its side after asking still gets its answer")
    func halfClosed() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1)[0]
            try await RawConnection.open(server) { connection in
                try await connection.send(claimRequest(#"{"code":"\#(code)","redeemer_id":"ann"}"#))
                connection.finish()
                #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 200 OK"))
            }
        }
    }

    @Test("a client that does not finish its request is cut off")
    func slow() async throws {
        try await TestServer.run(requestSeconds: 1, idleSeconds: 1) { server in
            for text in ["POST /api/inv", String(claimRequest("{}").dropLast(1))] {
                try await RawConnection.open(server) { connection in
                    try await connection.send(text)
                    let answer = await connection.readToEnd()
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
                }
            }
            try await RawConnection.open(server) { connection in
                #expect(await connection.readToEnd().isEmpty)
            }
            try await expectAlive(server)
        }
    }

    @Test("other methods on claim operations are 405 with Allow, unknown paths 404, both as problems")
    func methods() async throws {
        try await TestServer.run { server in
            for path in ["/api/invitations/redeem", "/api/invitations/holds", "/api/invitations/redeem/batch"] {
                let reply = try await server.get(path)
                #expect(reply.status == 405 && reply.headers["allow"] == "POST")
            }
            let wrong = try await server.send("PUT", "/api/admin/invitations/campaigns", "{}")
            #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, POST")
            for path in ["/", "/nope", "/api/invitations/waitlist", "/api/admin/invitations/codes/x/y/z"] {
                let reply = try await server.get(path)
                #expect(reply.status == 404 && reply["code"] == "not_found" && reply.headers["usher-position"] != nil)
            }
        }
    }

    @Test("Expect: 100-continue is answered before the body comes; a refusal comes instead of it")
    func expectContinue() async throws {
        try await TestServer.run { server in
            let body = #"{"code":"NOPE","redeemer_id":1}"#
            try await RawConnection.open(server) { connection in
                let request = claimRequest(body, extra: "Expect: 100-continue\r\n")
                try await connection.send(String(request.dropLast(body.utf8.count)))
                #expect(await connection.response()?.status == 100)
                try await connection.send(body)
                #expect(await connection.response()?.status == 422)
            }
            try await RawConnection.open(server) { connection in
                let request = claimRequest(body, key: "wrong", extra: "Expect: 100-continue\r\n")
                try await connection.send(String(request.dropLast(body.utf8.count)))
                #expect(await connection.response()?.status == 401)
            }
        }
    }

    @Test("connection: close is kept, also by HTTP/1.0")
    func closes() async throws {
        try await TestServer.run { server in
            try await RawConnection.open(server) { connection in
                try await connection.send(claimRequest("{}", extra: "Connection: close\r\n"))
                let answer = await connection.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 422") && answer.contains("Connection: close"))
            }
            try await RawConnection.open(server) { connection in
                try await connection.send(claimRequest("{}").replacingOccurrences(of: "HTTP/1.1", with: "HTTP/1.0"))
                #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 422"))
            }
        }
    }
}
