import Engine
import Foundation
import JSONText
import NIOCore
import TestSupport
import Testing

@testable import HTTPServer
@testable import Wire

/// Lines that are refused as they are read never reach the sequencer: nothing else may be needed to send their answers.
@Suite struct `Batches of refused lines` {
    /// Lines of one kind, and the status of each answer; nil: the line has none.
    private static let kinds: [(name: String, line: String, status: Int?)] = [
        ("an empty object", "{}", 422), ("no JSON", "nonsense", 422), ("an array", "[]", 422),
        ("no redeemer", #"{"code":"ABCDEFGH"}"#, 422),
        ("a long code", #"{"code":"\#(String(repeating: "A", count: 129))","redeemer_id":"r"}"#, 422),
        ("a blank line", "  ", nil), ("a line of a CR", "\r", nil), ("a tab", " \t ", nil),
        ("a NUL", "\u{0}", 422), ("a control byte", " \u{1}", 422), ("another", "\u{1F}\r", 422),
        ("a form feed", "\u{C}", 422), ("a delete", "\u{7F}", 422),
    ]

    private static func twoConnections(_ settings: inout ServerConfiguration) { settings.connectionsMax = 2 }

    private func batch(_ server: TestServer, _ lines: [String]) async throws -> [Int] {
        let reply = try await server.post(
            "/api/invitations/redeem/batch", lines.joined(separator: "\n") + "\n",
            headers: ["Content-Type": "application/x-ndjson"])
        #expect(reply.status == 200)
        return reply.text.split(separator: "\n").map { line in
            let object = (try? JSONTree.parse(ByteBuffer(string: String(line))))?.object
            guard case .integer(let status)? = object?["status"] else { return 0 }
            return Int(status)
        }
    }

    @Test func `are answered one by one, also when there are more than may wait`() async throws {
        try await TestServer.run { server in
            var lines: [String] = []
            var wanted: [Int] = []
            while wanted.count <= ConnectionLimits.linesInFlightMax {
                for kind in Self.kinds {
                    lines.append(kind.line)
                    if let status = kind.status { wanted.append(status) }
                }
            }
            let statuses = try await batch(server, lines)
            #expect(statuses == wanted)
        }
    }

    @Test func `are answered in order between lines that are carried out`() async throws {
        try await TestServer.run { server in
            let code = try #require(try await server.codes(1, maxUses: 100_000).first)
            var random = SeededGenerator(seed: 11)
            var lines: [String] = []
            var wanted: [Int] = []
            for number in 0..<10_000 {
                let kind = Int(random.next() % UInt64(Self.kinds.count + 4))
                if kind < Self.kinds.count {
                    lines.append(Self.kinds[kind].line)
                    if let status = Self.kinds[kind].status { wanted.append(status) }
                } else {
                    lines.append(#"{"code":"\#(code)","redeemer_id":"r\#(number)"}"#)
                    wanted.append(200)
                }
            }
            let statuses = try await batch(server, lines)
            #expect(statuses == wanted)
        }
    }

    @Test func `need no client that reads: those that go away leave no connection behind`() async throws {
        try await TestServer.run(configure: Self.twoConnections) { server in
            let body = String(repeating: "{}\n", count: ConnectionLimits.linesInFlightMax + 1)
            var opened = 0
            for _ in 0..<3 {
                // A client that is slow to go away finds its connection closed.
                try? await RawConnection.open(server) { connection in
                    opened += 1
                    try? await connection.send(claimRequest(body, path: "/api/invitations/redeem/batch"))
                }
            }
            #expect(opened == 3)
            // Who asks beside a full house can lose its own connection, and asks again.
            var left = Int.max
            for _ in 0..<100 where left > 1 {
                try await Task.sleep(for: .milliseconds(100))
                left = (try? await server.openConnections()) ?? .max
            }
            #expect(left <= 1)
        }
    }
}
