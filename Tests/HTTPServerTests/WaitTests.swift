import Dispatch
import Domain
import Engine
import Foundation
import JSONText
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

/// Holds up the sequencer, as a disk does that hangs in a sync.
final class Stall: Sendable {
    private let isOver = DispatchSemaphore(value: 0)

    /// Returns once the sequencer stands still.
    static func begin(_ engine: Engine) async -> Stall {
        let stall = Stall()
        await withCheckedContinuation { (begun: CheckedContinuation<Void, Never>) in
            engine.decide(
                { _ in
                    begun.resume()
                    stall.isOver.wait()
                    return true
                }, answer: { (_: Result<Decided<Bool>, any Error>) in })
        }
        return stall
    }

    func end() { isOver.signal() }
}

/// Walks through `docs/operating/waits.md`: each of its rows that is about a request has a test here, by its number.
@Suite struct `Every wait has a limit` {
    private static func limits(_ settings: inout ServerConfiguration) {
        settings.claimSeconds = 2
        settings.lineSeconds = 2
        settings.routeSeconds = 4
        settings.requestSeconds = 4
        settings.writeSeconds = 1
        settings.idleSeconds = 4
    }

    private static func limitsOfLines(_ settings: inout ServerConfiguration) {
        limits(&settings)
        settings.claimSeconds = 60
    }

    private static func limitsOfAFullHouse(_ settings: inout ServerConfiguration) {
        limits(&settings)
        settings.connectionsMax = 40
    }

    private func exchange(_ server: TestServer, _ texts: String...) async throws -> String {
        let answer = Mutex("")
        try await RawConnection.open(server) { connection in
            for text in texts { try await connection.send(text) }
            let all = await connection.readToEnd()
            answer.withLock { $0 = all }
        }
        return answer.withLock { $0 }
    }

    private func claim(_ code: String, _ redeemer: String) -> String {
        #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"}"#
    }

    /// Makes a code past the server, whose limits are too short for a busy machine.
    private func code(_ server: TestServer, places: Int64) async throws -> String {
        try await server.engine.decide { context throws(Rejection) in
            try Codes.generate(
                GenerateCodes(tenant: .default, count: 1, terms: CodeTerms(maxUses: places)), in: &context
            ).text(at: 0)
        }.value
    }

    /// Asks again until the outcome is known.
    private func askAgain(_ server: TestServer, _ code: String, _ redeemer: String) async throws -> TestServer.Reply {
        while true {
            let reply = try await server.post("/api/invitations/redeem", claim(code, redeemer))
            if reply["code"].string != "outcome_unknown" { return reply }
        }
    }

    private func isUnknown(_ answer: String) -> Bool {
        answer.hasPrefix("HTTP/1.1 503 ") && answer.lowercased().contains("connection: close")
            && answer.contains(#""code":"outcome_unknown""#) && answer.components(separatedBy: "HTTP/1.1 ").count == 2
    }

    @Test func `W4 W5 W6 W7 W9 W10: what was begun is answered while the sequencer hangs, and has happened once`()
        async throws
    {
        try await TestServer.run(configure: Self.limits) { server in
            let code = try await code(server, places: 100)
            let other = "X-Other: 1\r\nConnection: keep-alive, x\r\n"
            let admin = "/api/admin/invitations"
            let stall = await Stall.begin(server.engine)
            async let fast = exchange(server, claimRequest(claim(code, "fast")))
            async let pipelined = exchange(
                server,
                claimRequest(claim(code, "p1")) + claimRequest(claim(code, "p2")) + claimRequest(claim(code, "p3")))
            async let slow = exchange(server, claimRequest(claim(code, "slow"), extra: other))
            async let keyed = exchange(server, claimRequest(claim(code, "keyed"), extra: "Idempotency-Key: k\r\n"))
            async let batch = exchange(
                server,
                claimRequest(
                    claim(code, "b1") + "\n{}\n" + claim(code, "b2") + "\n", path: "/api/invitations/redeem/batch"))
            async let position = exchange(
                server,
                claimRequest(claim(code, "late"), extra: "Usher-Min-Position: 1-999999999\r\nUsher-Wait-Ms: 1000\r\n"))
            async let command = exchange(server, claimRequest(#"{"code":"WANTED1"}"#, path: admin + "/codes/vanity"))
            async let view = exchange(
                server,
                "GET \(admin)/campaigns/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\n\r\n")
            async let stranger = exchange(server, claimRequest(claim(code, "stranger"), key: "usher_unknown_key"))
            #expect(isUnknown(try await fast))
            #expect(isUnknown(try await pipelined))
            #expect(isUnknown(try await slow))
            #expect(isUnknown(try await keyed))
            let lines = try await batch
            #expect(lines.hasPrefix("HTTP/1.1 200 ") && lines.hasSuffix("0\r\n\r\n"), "\(lines)")
            #expect(lines.components(separatedBy: #""code":"outcome_unknown""#).count == 3, "\(lines)")
            #expect(lines.components(separatedBy: #""code":"validation_failed""#).count == 2, "\(lines)")
            #expect(isUnknown(try await command))
            let read = try await view
            #expect(
                read.hasPrefix("HTTP/1.1 503 ") && read.contains(#""code":"timed_out""#)
                    || read.hasPrefix("HTTP/1.1 404"))
            let late = try await position
            #expect(late.hasPrefix("HTTP/1.1 504 ") && late.contains("position_not_reached"), "\(late)")
            let unknown = try await stranger
            #expect(unknown.hasPrefix("HTTP/1.1 401 ") || unknown.contains(#""code":"timed_out""#), "\(unknown)")
            stall.end()
            for redeemer in ["fast", "p1", "p2", "p3", "slow", "keyed", "b1", "b2"] {
                let again = try await askAgain(server, code, redeemer)
                #expect(again.status == 200 && again["already"] == .bool(true), "\(redeemer): \(again.text)")
            }
            let rows = try await server.get(admin + "/redemptions?limit=100")
            #expect(rows["data"].array?.count == 8)
            #expect(try await server.get(admin + "/codes?limit=10").text.contains("WANTED1"))
        }
    }

    @Test func `W8: a line that finds no room among the commands that wait is told to come again`() async throws {
        try await TestServer.run(
            inboxCapacity: 4,
            configure: Self.limitsOfLines
        ) { server in
            let code = try await code(server, places: 100)
            let stall = await Stall.begin(server.engine)
            let body = (0..<10).map { claim(code, "r\($0)") + "\n" }.joined()
            async let answer = exchange(
                server, claimRequest(body, path: "/api/invitations/redeem/batch", extra: "Connection: close\r\n"))
            try await Task.sleep(for: .seconds(5))
            stall.end()
            let lines = try await answer
            #expect(lines.components(separatedBy: #""ok":true"#).count == 5, "\(lines)")
            #expect(lines.components(separatedBy: #""code":"overloaded""#).count == 7, "\(lines)")
        }
    }

    @Test func `W1 W2 W12: a request that does not come is cut off, and so is a connection without one`() async throws {
        try await TestServer.run(configure: Self.limits) { server in
            let begun =
                "POST /api/invitations/redeem HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\n"
            async let fast = exchange(server, begun)
            async let routed = exchange(server, begun + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            async let streamed = exchange(
                server,
                "POST /api/admin/invitations/codes/import HTTP/1.1\r\nHost: x\r\n"
                    + "Authorization: Bearer \(TestServer.rootKey)\r\nContent-Length: 500\r\n\r\ncode\n")
            async let silent = exchange(server)
            async let kept = exchange(server, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await fast.hasPrefix("HTTP/1.1 408 "))
            #expect(try await routed.contains("HTTP/1.1 408 "))
            let cut = try await streamed
            #expect(cut.hasPrefix("HTTP/1.1 408 ") && cut.components(separatedBy: "HTTP/1.1 ").count == 2, "\(cut)")
            #expect(try await silent == "")
            #expect(try await kept.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `W3: a client that leaves its answers unread is cut off`() async throws {
        try await TestServer.run(configure: Self.limits) { server in
            let lines = String(repeating: "{}\n", count: 20_000)
            for text in [
                claimRequest(lines, path: "/api/invitations/redeem/batch"),
                String(repeating: claimRequest("{}"), count: 10_000),
            ] {
                let socket = try RawSocket(port: server.port, receiveBytes: 4096, timeoutMilliseconds: 100)
                // A text that does not fit is not sent, because no peer reads it.
                socket.send(text)
                for _ in 0..<200 where try await server.openConnections() > 1 {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try await server.openConnections() <= 1)
                socket.cut(byReset: true)
            }
        }
    }

    @Test func `W11: an answer that streams and does not continue ends before its end`() async throws {
        try await TestServer.run(metrics: true, configure: Self.limits) { server in
            // A busy machine may be too slow for the first part as well.
            var socket = try RawSocket(port: server.port)
            var start = ""
            for _ in 0..<20 where !start.hasPrefix("HTTP/1.1 200 ") {
                socket = try RawSocket(port: server.port)
                socket.send(
                    "GET /api/admin/invitations/metrics/live HTTP/1.1\r\nHost: x\r\n"
                        + "Authorization: Bearer \(TestServer.rootKey)\r\n\r\n")
                start = socket.receive().map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            #expect(start.hasPrefix("HTTP/1.1 200 "), "\(start)")
            let code = try await code(server, places: 5)
            let stall = await Stall.begin(server.engine)
            // Something acknowledged that the stream's next reading has to wait for does not come.
            async let claimed = server.post("/api/invitations/redeem", claim(code, "a"))
            while server.engine.status.inboxDepth < 1 { try await Task.sleep(for: .milliseconds(10)) }
            let rest = await socket.receivedAll()
            #expect(rest != nil && rest?.hasSuffix("0\r\n\r\n") == false, "\(rest ?? "it continues")")
            stall.end()
            _ = try await claimed
            socket.cut(byReset: false)
        }
    }

    @Test func `W16: what was sent is acknowledged in time, or the connection is broken`() throws {
        let listener = try ListeningSocket(host: "127.0.0.1", port: 0)
        defer { listener.close() }
        let client = try RawSocket(port: try #require(listener.address.port))
        var accepted = listener.accept()
        while case .nobody = accepted { accepted = listener.accept() }
        guard case .connection(let descriptor) = accepted else { throw TestFailure("no connection") }
        defer { close(descriptor) }
        var (milliseconds, size) = (UInt32(0), socklen_t(MemoryLayout<UInt32>.size))
        #expect(getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, &size) == 0)
        #expect(milliseconds == 30_000)
        client.cut(byReset: false)
    }

    @Test func `W17: a server that stops does not wait for a request that does not come`() async throws {
        var socket: RawSocket?
        try await TestServer.run { server in
            let begun = try RawSocket(port: server.port, timeoutMilliseconds: 15_000)
            begun.send(
                "POST /api/admin/invitations/codes/import HTTP/1.1\r\nHost: x\r\n"
                    + "Authorization: Bearer \(TestServer.rootKey)\r\nContent-Length: 500\r\n\r\ncode\n")
            for _ in 0..<100 where try await server.openConnections() < 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
            socket = begun
        }
        // The server has ended, and with it the connection.
        #expect(await socket?.receivedAll() != nil)
    }

    @Test func `W17: a server that stops ends what waits for something that the engine will not do any more`()
        async throws
    {
        var sockets: [RawSocket] = []
        var began = ContinuousClock.now
        try await TestServer.run { server in
            for path in ["/api/admin/invitations/campaigns", "/api/admin/invitations/codes/1"] {
                let socket = try RawSocket(port: server.port, timeoutMilliseconds: 15_000)
                socket.send(
                    "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\n"
                        + "Usher-Min-Position: 1-999999999\r\nUsher-Wait-Ms: 30000\r\n\r\n")
                sockets.append(socket)
            }
            for _ in 0..<100 where try await server.openConnections() < 3 {
                try await Task.sleep(for: .milliseconds(20))
            }
            began = .now
        }
        // Half of what they wanted to wait: the connections have 5 s, and the handlers behind them a second more.
        #expect(ContinuousClock.now - began < .seconds(15))
        for socket in sockets { #expect(await socket.receivedAll() != nil) }
    }

    @Test func `closed clients are noticed in every state`() async throws {
        try await TestServer.run(configure: Self.limitsOfAFullHouse) { server in
            let code = try await code(server, places: 1000)
            let admin = "/api/admin/invitations"
            let stall = await Stall.begin(server.engine)
            let states = [
                claimRequest(claim(code, "a")),
                String(repeating: claimRequest(claim(code, "b")), count: 400),
                claimRequest(claim(code, "c"), extra: "Idempotency-Key: k1\r\n") + claimRequest("{}"),
                claimRequest(claim(code, "d") + "\n", path: "/api/invitations/redeem/batch"),
                claimRequest(
                    String(repeating: claim(code, "e") + "\n", count: 9000), path: "/api/invitations/redeem/batch"),
                claimRequest(#"{"code":"WANTED2"}"#, path: admin + "/codes/vanity"),
                claimRequest(claim(code, "f"), key: "usher_unknown_key"),
                claimRequest(claim(code, "g"), extra: "Usher-Min-Position: 1-99999999\r\n"),
                "GET /replication/stream?after=0-0&chain=00000000000000000000000000000000 HTTP/1.1\r\nHost: x\r\n"
                    + "Authorization: Bearer \(TestServer.rootKey)\r\n\r\n",
                "POST \(admin)/codes/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\n"
                    + "Content-Length: 500\r\n\r\ncode\n",
                "POST /api/inv",
            ]
            for state in states {
                for _ in 0..<4 {
                    try await RawConnection.open(server) { connection in
                        // A server that answers early and closes is no failure here.
                        try? await connection.send(state)
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            for _ in 0..<150 where try await server.openConnections() > 1 {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await server.openConnections() <= 1)
            stall.end()
        }
    }
}
