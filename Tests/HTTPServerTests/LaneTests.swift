import Dispatch
import Engine
import Foundation
import JSONText
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

/// Threads of a lane that are held up, as by operations that compute and compute.
private final class HeldLane: Sendable {
    private let isOver = DispatchSemaphore(value: 0)
    private let count: Int

    /// Returns once each of the threads is taken.
    static func begin(_ lane: ThreadLane, threads: Int) async -> HeldLane {
        let held = HeldLane(count: threads)
        for _ in 0..<threads {
            await withCheckedContinuation { (begun: CheckedContinuation<Void, Never>) in
                lane.add {
                    begun.resume()
                    held.isOver.wait()
                }
            }
        }
        return held
    }

    private init(count: Int) { self.count = count }

    func end() { for _ in 0..<count { isOver.signal() } }
}

@Suite struct `Operations that compute for long` {
    private static let admin = "/api/admin/invitations"

    @Test func `hold up neither health nor confirmations nor claims, however many there are`() async throws {
        let threads = ServerThreads()
        try await TestServer.run(syncTimeoutMilliseconds: 30_000, threads: threads) { server in
            _ = try await server.campaign("drop", type: "capacity", limit: 1000)
            let claims = try await server.key("claims")
            let directory = try TemporaryDirectory("replicas")
            let replica = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: directory)
            try await server.awaitFollowers(1)
            server.engine.quorum.require(1)
            let long = await HeldLane.begin(threads.long, threads: ServerThreads.longThreads)
            let short = await HeldLane.begin(threads.short, threads: ServerThreads.shortThreads)
            let rows = "code,max_uses\n" + String(repeating: "BADROW77,x\n", count: 2000)
            let fields = "Host: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nConnection: close\r\n"
            let requests = [
                "POST \(Self.admin)/codes/import HTTP/1.1\r\n\(fields)Content-Type: text/csv\r\n"
                    + "Content-Length: \(rows.utf8.count)\r\n\r\n\(rows)",
                "GET \(Self.admin)/codes/export HTTP/1.1\r\n\(fields)\r\n",
                "GET \(Self.admin)/campaigns HTTP/1.1\r\n\(fields)\r\n",
            ]
            let waiting = try (0..<24).map { number in
                let socket = try RawSocket(port: server.port, timeoutMilliseconds: 30_000)
                socket.send(requests[number % requests.count])
                return socket
            }
            for round in 0..<3 {
                for path in ["/livez", "/readyz", "/metrics", "/api/admin/replication"] {
                    #expect(try await server.get(path).status == 200, "\(path)")
                }
                let reply = try await server.claimUntilTaken("drop", by: "r\(round)", key: claims)
                #expect(reply.status == 200 && reply["already"] == .bool(false), "\(reply.text)")
                let keyed = try await server.post(
                    "/api/invitations/redeem", #"{"campaign":"drop","redeemer_id":"k\#(round)"}"#, key: claims,
                    headers: ["Idempotency-Key": "k\(round)"])
                #expect(keyed.status == 200, "\(keyed.text)")
            }
            long.end()
            short.end()
            for socket in waiting { #expect(await socket.receivedAll()?.hasPrefix("HTTP/1.1 200 ") == true) }
            server.engine.quorum.require(0)
            await replica.stop()
        }
    }

    @Test func `W21: a fifth big import waits for one of the others, and is told to come again when none ends`()
        async throws
    {
        try await TestServer.run { server in
            let row = "BADROW77,x\n"
            let rows = "code,max_uses\n" + String(repeating: row, count: 2000)
            let holders = try (0..<ImportPlaces.countMax).map { _ in
                let socket = try RawSocket(port: server.port, timeoutMilliseconds: 30_000)
                socket.send(
                    "POST \(Self.admin)/codes/import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                        + "Authorization: Bearer \(TestServer.rootKey)\r\nConnection: close\r\n"
                        + "Content-Length: \(rows.utf8.count + row.utf8.count)\r\n\r\n\(rows)")
                return socket
            }
            // Until all of them have their places, one more finds one.
            var reply: TestServer.Reply
            repeat {
                reply = try await server.send(
                    "POST", Self.admin + "/codes/import", rows, headers: ["Content-Type": "text/csv"])
            } while reply.status == 200
            #expect(reply.status == 503 && reply["code"] == .string("overloaded"), "\(reply.text)")
            #expect(reply.headers["retry-after"] != nil)
            let small = try await server.send(
                "POST", Self.admin + "/codes/import", "code\nSMALL1\n", headers: ["Content-Type": "text/csv"])
            #expect(small.status == 200, "\(small.text)")
            for socket in holders {
                socket.send(row)
                #expect(await socket.receivedAll()?.contains("\"failed\":2001") == true)
            }
        }
    }
}
