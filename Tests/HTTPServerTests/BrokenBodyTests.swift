import Foundation
import JSONText
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import HTTPServer
@testable import Wire

/// Behind the head of an answer only its lines and its end may come: anything else is taken for the next answer.
@Suite struct `Bodies that break after an answer has begun` {
    private static let chunked = "Transfer-Encoding: chunked\r\n\r\n"

    private func head(_ method: String, _ path: String, key: String = TestServer.rootKey) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n"
    }

    private func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    private func answers(in text: String) -> Int { text.ranges(of: "HTTP/1.1 ").count }

    /// Ways of a body to break: bytes that are no chunk, and a client that sends no more.
    private static let breaks: [String?] = ["zz\r\n", "-1\r\n{}\r\n", "5\r\n{\"a\":xxxxx", nil]

    @Test(arguments: breaks.indices)
    func `a batch gives the answers that it owes, no end and no other answer`(index: Int) async throws {
        try await TestServer.run { server in
            let code = try #require(try await server.codes(1, maxUses: 1000).first)
            for lines in [1, 40] {
                let claims = (0..<lines).map { #"{"code":"\#(code)","redeemer_id":"r\#(lines)-\#($0)"}"# + "\n" }
                try await RawConnection.open(server) { connection in
                    let batch = head("POST", "/api/invitations/redeem/batch") + Self.chunked
                    try await connection.send(batch + chunk(claims.joined()))
                    // The head of the answer has left.
                    #expect(await connection.response()?.status == 200)
                    if let text = Self.breaks[index] {
                        try await connection.send(text)
                    } else {
                        try await connection.send("5\r\n{\"a")
                        connection.finish()
                    }
                    let rest = await connection.readToEnd()
                    #expect(rest.ranges(of: "\"already\":false").count == lines, "\(rest)")
                    #expect(answers(in: rest) == 0 && !rest.hasSuffix("0\r\n\r\n"), "\(rest.suffix(400))")
                }
            }
            let whole = try await server.post("/api/invitations/redeem/batch", "{}\n")
            #expect(whole.status == 200, "a batch that is whole has its end")
        }
    }

    @Test func `lines that still wait when a batch breaks are answered, and then it is cut`() async throws {
        try await TestServer.run { server in
            let code = try #require(try await server.codes(1, maxUses: 10_000).first)
            let lines = 2000
            let claims = (0..<lines).map { #"{"code":"\#(code)","redeemer_id":"w\#($0)"}"# + "\n" }.joined()
            try await RawConnection.open(server) { connection in
                let batch = head("POST", "/api/invitations/redeem/batch") + Self.chunked
                try await connection.send(batch + chunk(claims) + "zz\r\n")
                let text = await connection.readToEnd()
                #expect(answers(in: text) == 1 && !text.hasSuffix("0\r\n\r\n"), "\(text.suffix(400))")
                let taken = text.ranges(of: "\"already\":false").count
                let used = try await server.get("/api/admin/invitations/codes?code=\(code)")
                #expect(used["data"].array?[0].object?["current_uses"] == .integer(Int64(taken)))
                #expect(text.hasPrefix("HTTP/1.1 200") ? taken > 0 : text.hasPrefix("HTTP/1.1 400") && taken == 0)
            }
        }
    }

    @Test(arguments: breaks.indices)
    func `a request that was refused at its head gets no second answer for its body`(index: Int) async throws {
        try await TestServer.run { server in
            let admin = "/api/admin/invitations"
            let requests = [
                ("POST", "/api/invitations/redeem"), ("POST", "/api/invitations/redeem/batch"),
                ("POST", "/api/invitations/holds"), ("POST", admin + "/codes/import"), ("POST", admin + "/campaigns"),
                ("POST", "/nowhere"), ("PUT", admin + "/codes"),
            ]
            for (method, path) in requests {
                try await RawConnection.open(server) { connection in
                    try await connection.send(head(method, path, key: "usher_stranger") + Self.chunked + chunk("{"))
                    let first = await connection.response()
                    #expect([401, 404, 405].contains(first?.status), "\(path)")
                    if let text = Self.breaks[index] {
                        try? await connection.send(text)
                    } else {
                        connection.finish()
                    }
                    #expect(await connection.readToEnd() == "", "\(path)")
                }
            }
        }
    }

    @Test func `a request that was refused at its head and is never completed gets no 408 either`() async throws {
        try await TestServer.run(requestSeconds: 1) { server in
            for path in ["/api/invitations/redeem", "/api/admin/invitations/codes/import"] {
                try await RawConnection.open(server) { connection in
                    try await connection.send(head("POST", path, key: "usher_stranger") + Self.chunked + chunk("{"))
                    #expect(await connection.response()?.status == 401)
                    #expect(await connection.readToEnd() == "", "\(path)")
                }
            }
        }
    }

    @Test func `garbage behind a request of the router is answered once it has its answer`() async throws {
        try await TestServer.run { server in
            try await RawConnection.open(server) { connection in
                let list = head("GET", "/api/admin/invitations/codes") + "\r\n"
                try await connection.send(list + list + "\u{0}\u{0}nonsense\r\n\r\n")
                for status in [200, 200, 400] { #expect(await connection.response()?.status == status) }
                #expect(await connection.readToEnd() == "")
            }
        }
    }
}
