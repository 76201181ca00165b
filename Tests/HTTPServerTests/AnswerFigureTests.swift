import Engine
import Testing

@testable import HTTPServer

/// `usher_http_requests_total` and `usher_http_unavailable_total`, by every way that an answer leaves.
@Suite struct `Answers are counted` {
    private func count(_ server: TestServer, _ series: String) async throws -> Int {
        let text = try await server.get("/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return Int(line?.split(separator: " ").last ?? "0") ?? -1
    }

    private static func series(_ route: String, _ method: String, _ status: Int) -> String {
        "usher_http_requests_total{route=\"\(route)\",method=\"\(method)\",status=\"\(status)\"}"
    }

    @Test func `by route, method and status, whichever way they came`() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 3)[0]
            let redeem = "/api/invitations/redeem"
            for number in 0..<5 {
                _ = try await server.post(redeem, #"{"code":"\#(code)","redeemer_id":"r\#(number)"}"#)
            }
            _ = try await server.post(
                redeem, #"{"code":"\#(code)","redeemer_id":"r0"}"#, headers: ["Idempotency-Key": "1"])
            _ = try await server.post(redeem, "{")
            _ = try await server.post(redeem, #"{"code":"\#(code)"}"#, key: "usher_nobody")
            _ = try await server.post(redeem + "/batch", #"{"code":"\#(code)","redeemer_id":"r0"}"#)
            _ = try await server.post("/api/invitations/holds", #"{"code":"\#(code)","redeemer_id":"r0"}"#)
            _ = try await server.get("/api/admin/invitations/codes/999")
            _ = try await server.get("/api/admin/invitations/codes/998")
            _ = try await server.send("DELETE", redeem)
            _ = try await server.get("/api/nothing")
            _ = try await server.send("PURGE", "/api/nothing", bytes: nil, isDocumented: false)
            for (route, method, status, expected) in [
                (redeem, "POST", 200, 4), (redeem, "POST", 409, 2), (redeem, "POST", 422, 1), (redeem, "POST", 401, 1),
                (redeem + "/batch", "POST", 200, 1), (redeem, "DELETE", 405, 1),
                ("/api/admin/invitations/codes/{id}", "GET", 404, 2), ("unknown", "GET", 404, 1),
                ("unknown", "other", 404, 1),
            ] {
                let found = try await count(server, Self.series(route, method, status))
                #expect(found == expected, "\(method) \(route) \(status), expected \(expected)")
            }
            let text = try await server.get("/metrics").text
            #expect(!text.contains(code) && !text.contains("/codes/999"))
        }
    }

    @Test func `503s by their reason`() async throws {
        try await TestServer.run { server in
            #expect(try await server.get("/api/admin/invitations/metrics").status == 503)
            let code = try await server.codes(1, maxUses: 3)[0]
            #expect(try await count(server, #"usher_http_unavailable_total{reason="metrics_not_kept"}"#) == 1)
            #expect(try await count(server, #"usher_http_unavailable_total{reason="too_few_replicas"}"#) == 0)
            _ = server.engine.quorum.require(1)
            let refused = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"a"}"#)
            #expect(refused.status == 503, "\(refused.text)")
            #expect(try await count(server, #"usher_http_unavailable_total{reason="too_few_replicas"}"#) == 1)
            #expect(try await count(server, Self.series("/api/invitations/redeem", "POST", 503)) == 1)
            // A node that says that it is not ready has answered.
            #expect(try await server.get("/readyz").status == 503)
            #expect(try await count(server, Self.series("/readyz", "GET", 503)) == 1)
            _ = server.engine.quorum.require(0)
        }
    }
}
