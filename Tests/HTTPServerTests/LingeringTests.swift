import Foundation
import TestSupport
import Testing

@testable import HTTPServer

/// Bodies that are not here as a whole, or are and the client wants no more.
private let partialBodies = [
    "Content-Length: 100\r\n\r\n", "Content-Length: 100\r\n\r\n{\"code\":", "Transfer-Encoding: chunked\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"c", "Connection: close\r\nContent-Length: 2\r\n\r\n{}",
]

/// Clients that never close their side, whatever the server does.
@Suite struct `A connection that the server has ended` {
    private static func oneSecond(_ settings: inout ServerConfiguration) {
        settings.requestSeconds = 1
        // No other limit must end them.
        settings.idleSeconds = 600
        settings.routeSeconds = 600
        settings.connectionsMax = 200
    }

    private static let admin = "/api/admin/invitations"
    private static let claims = "/api/invitations"

    /// Where requests go, with which key: with none each is answered before its body is there.
    private static func targets(claimsKey: String) -> [(line: String, key: String?)] {
        let posts = [
            claims + "/redeem", claims + "/holds", claims + "/redeem/batch", claims + "/validate",
            claims + "/holds/1/confirm", admin + "/codes", admin + "/codes/import", admin + "/campaigns/x", "/nope",
            "/replication/confirm",
        ]
        let strangers = posts.map { (line: "POST \($0)", key: String?.none) }
        let health = ["/livez", "/readyz", "/metrics", "/nope", "/openapi.json"].map {
            (line: "GET \($0)", key: String?.none)
        }
        let friends = [
            ("POST \(claims)/redeem", claimsKey), ("POST \(claims)/holds", claimsKey),
            ("POST \(claims)/redeem/batch", claimsKey), ("POST \(claims)/validate", claimsKey),
            ("POST \(claims)/holds/1/confirm", claimsKey), ("POST \(admin)/codes", TestServer.rootKey),
            ("POST \(admin)/codes/import", TestServer.rootKey), ("PATCH \(admin)/campaigns/1", TestServer.rootKey),
        ]
        return strangers + health + friends.map { (line: $0.0, key: String?.some($0.1)) }
    }

    private func awaitEmpty(_ server: TestServer) async throws {
        for _ in 0..<300 where try await server.openConnections() > 1 { try await Task.sleep(for: .milliseconds(100)) }
        #expect(try await server.openConnections() <= 1)
    }

    /// Opens a connection for each body of each target; those with a field that no plain claim has go past the fast path.
    @Test(arguments: partialBodies, ["", "X-Other: 1\r\n"])
    func `W20: is gone soon after, whatever its client does, also when the request never came`(
        body: String, field: String
    ) async throws {
        try await TestServer.run(configure: Self.oneSecond) { server in
            let claimsKey = try await server.key("claims")
            let sockets = try Self.targets(claimsKey: claimsKey).map { target in
                let socket = try RawSocket(port: server.port, timeoutMilliseconds: 30_000)
                let key = target.key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
                socket.send("\(target.line) HTTP/1.1\r\nHost: x\r\n\(key)\(field)\(body)")
                return socket
            }
            try await awaitEmpty(server)
            // They are open on this side to here.
            for socket in sockets { socket.cut(byReset: false) }
        }
    }

    @Test func `W12 W20: is gone also when the rest of a request that is answered trickles in for ever`() async throws {
        try await TestServer.run(configure: Self.oneSecond) { server in
            let sockets = try [Self.admin + "/codes/import", Self.claims + "/redeem/batch", "/nope"].map { path in
                let socket = try RawSocket(port: server.port, timeoutMilliseconds: 30_000)
                socket.send("POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                return socket
            }
            for _ in 0..<300 where try await server.openConnections() > 1 {
                for socket in sockets { socket.send("1\r\nx\r\n") }
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await server.openConnections() <= 1)
            for socket in sockets { socket.cut(byReset: false) }
        }
    }
}
