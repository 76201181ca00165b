import Foundation
import NIOCore
import TestSupport
import Testing

@testable import HTTPServer
@testable import Wire

@Suite struct `A house that is full` {
    private static func oneConnection(_ settings: inout ServerConfiguration) { settings.connectionsMax = 1 }
    private static func threeConnections(_ settings: inout ServerConfiguration) { settings.connectionsMax = 3 }

    /// Opens connections that say nothing, for the length of the call.
    private func crowd(_ count: Int, _ server: TestServer, _ body: () async throws -> Void) async throws {
        guard count > 0 else { return try await body() }
        try await RawConnection.open(server) { _ in try await crowd(count - 1, server, body) }
    }

    private func ask(_ server: TestServer, _ text: String) async throws -> String {
        var answer = ""
        try await RawConnection.open(server) { connection in
            try await connection.send(text)
            answer = await connection.readToEnd()
        }
        return answer
    }

    @Test(arguments: [3, 3 + ConnectionLimits.beyondMax + 8])
    func `W18: answers what asks for its health, tells all others to come again, and opens when it empties`(
        strangers: Int
    ) async throws {
        try await TestServer.run(configure: Self.threeConnections) { server in
            let code = try await RawClaims.code(server)
            try await crowd(strangers, server) {
                for path in ["/livez", "/readyz", "/readyz?verbose", "/metrics"] {
                    let answer = try await ask(server, "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(path): \(answer)")
                }
                for request in [
                    claimRequest(#"{"code":"\#(code)","redeemer_id":"a"}"#),
                    "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", "POST /livez HTTP/1.1\r\nHost: x\r\n\r\n",
                ] {
                    let answer = try await ask(server, request)
                    #expect(
                        answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("too_many_connections")
                            && answer.lowercased().contains("connection: close"), "\(answer)")
                }
                let twice = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
                #expect(try await ask(server, twice + twice).components(separatedBy: "HTTP/1.1 200").count == 2)
            }
            for _ in 0..<100 where try await server.openConnections() > 1 {
                try await Task.sleep(for: .milliseconds(50))
            }
            let answer = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"a"}"#)
            #expect(answer.status == 200)
        }
    }

    @Test func `W18: counts a connection when it is accepted, however late its thread takes it`() throws {
        let socket = try ListeningSocket(host: "127.0.0.1", port: 0)
        let gauge = ConnectionGauge()
        let acceptor = FastPathAcceptor(socket: socket, gauge: gauge, connectionsMax: 3)
        // Nobody empties them.
        acceptor.loops = [try FastPathInbox(), try FastPathInbox()]
        let port = try #require(socket.address.port)
        let clients = try (0..<5).map { _ in try RawSocket(port: port) }
        var own: [(socket: Int32, isBeyond: Bool)] = []
        while gauge.open < 5 { own += acceptor.acceptWaiting() }
        #expect(own.map(\.isBeyond) == [false, false, true, true])
        for (descriptor, _) in own { close(descriptor) }
        socket.close()
        withExtendedLifetime(clients) {}
    }

    /// Where ``ConnectionLimits/beyondMax`` strangers have each had their answer, or an end, and do not close.
    @Test(arguments: [
        "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
        "GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "GET /nope HTTP/1.1\r\n", "GET /live",
    ])
    func `W18: tells its health beside strangers that asked for theirs and do not go`(request: String) async throws {
        try await TestServer.run(configure: Self.oneConnection) { server in
            let guest = try RawSocket(port: server.port, timeoutMilliseconds: 30_000)
            while !(try await ask(server, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n").contains("too_many_connections")) {}
            for round in 0..<3 {
                let strangers = try (0..<ConnectionLimits.beyondMax).map { _ in
                    let socket = try RawSocket(port: server.port, timeoutMilliseconds: 30_000)
                    socket.send(request)
                    return socket
                }
                for path in ["/livez", "/readyz", "/metrics"] {
                    let answer = try await ask(server, "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 200 "), "round \(round), \(path): \(answer)")
                }
                for socket in strangers { socket.cut(byReset: false) }
            }
            guest.cut(byReset: false)
        }
    }
}

private enum RawClaims {
    /// Makes a code over a connection that ends.
    static func code(_ server: TestServer) async throws -> String {
        var code = ""
        try await RawConnection.open(server) { connection in
            try await connection.send(
                claimRequest(#"{"count":1,"max_uses":5}"#, path: "/api/admin/invitations/codes"))
            code = try #require(await connection.response()?.body.firstMatch(of: /"code":"([^"]+)"/)).1.description
        }
        return code
    }
}
