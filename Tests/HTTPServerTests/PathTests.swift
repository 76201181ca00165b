import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import HTTPServer
@testable import Wire

@Suite("Paths, as a server reads them")
struct PathTests {
    /// Sends a request, and gives status and code of the answer.
    private func answer(_ server: TestServer, _ line: String, body: String = "{}") async throws -> String {
        var answer = ""
        try await RawConnection.open(server) { connection in
            try await connection.send(
                "\(line)\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            guard let response = await connection.response() else { return }
            let code = response.body.split(separator: "\"code\":\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
            answer = "\(response.status) \(code)"
        }
        return answer
    }

    @Test("doubtful spellings of the claim operations are the operation or 404, on a primary and on a replica")
    func servers() async throws {
        try await TestServer.run { primary in
            _ = try await primary.campaign("drop", type: "capacity", limit: 1000)
            let directory = try TemporaryDirectory("replica")
            let replica = try await HTTPReplica.start(of: primary, key: primary.key("replicate"), in: directory)
            let body = #"{"campaign":"drop","redeemer_id":1}"#
            try await TestServer.serve(replica.engine, in: directory) { follower in
                for path in ["redeem", "holds", "redeem/batch"] {
                    for line in [
                        "POST /api/invitations/\(path)/ HTTP/1.1", "POST //api/invitations/\(path) HTTP/1.1",
                        "POST /api//invitations/\(path) HTTP/1.1", "POST /api/invitations%2F\(path) HTTP/1.1",
                        "POST http://host:1//api/invitations/\(path) HTTP/1.1",
                        "POST ftp://host:1/api/invitations/\(path) HTTP/1.1",
                        "POST ws://host/api/invitations/\(path)?a HTTP/1.1",
                        "POST httpx://host/api/invitations/\(path) HTTP/1.1",
                        "POST /api/invitations/./\(path) HTTP/1.1",
                    ] {
                        #expect(try await answer(primary, line, body: body) == "404 not_found", "\(line)")
                        #expect(try await answer(follower, line, body: body) == "404 not_found", "\(line)")
                    }
                    for line in [
                        "POST http://host:1/api/invitations/\(path) HTTP/1.1",
                        "POST /api/%69nvitations/\(path) HTTP/1.1", "POST /api/invitations/\(path)? HTTP/1.1",
                    ] {
                        let first = try await answer(primary, line, body: body)
                        #expect(first.hasPrefix("20"), "\(line): \(first)")
                        #expect(try await answer(follower, line, body: body) == "421 not_primary", "\(line)")
                    }
                }
                // A read is a read in every spelling, and an unknown path is none.
                for server in [primary, follower] {
                    #expect(try await answer(server, "GET http://a/livez HTTP/1.1", body: "") == "200 ")
                    for path in ["/livez", "/api/admin/invitations/codes", "/metrics", "/openapi.json"] {
                        for line in ["GET ftp://host\(path) HTTP/1.1", "GET \(path)/ HTTP/1.1"] {
                            #expect(try await answer(server, line, body: "") == "404 not_found", "\(line)")
                        }
                    }
                    #expect(
                        try await answer(server, "GET /api/admin/invitations/codes/ HTTP/1.1", body: "")
                            == "404 not_found")
                    #expect(
                        try await answer(server, "PUT /api/invitations/redeem HTTP/1.1") == "405 method_not_allowed")
                }
            }
            await replica.stop()
        }
    }

    @Test("HEAD answers every GET without a body, also where the answer is a problem")
    func head() async throws {
        try await TestServer.run { server in
            for operation in Operations.all
            where operation.method == .get && operation.kind != .feed {
                let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: "12")
                let get = try await server.get(path)
                try await RawConnection.open(server) { connection in
                    try await connection.send(
                        "HEAD \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nConnection: close\r\n\r\n"
                    )
                    let answer = await connection.readToEnd()
                    #expect(answer.hasPrefix("HTTP/1.1 \(get.status) ") && answer.hasSuffix("\r\n\r\n"), "\(path)")
                }
            }
        }
    }
}
