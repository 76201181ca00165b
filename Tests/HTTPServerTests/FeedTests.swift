import AsyncHTTPClient
import Domain
import Engine
import Foundation
import JSONText
import Journal
import NIOCore
import NIOHTTP1
import Store
import TestSupport
import Testing

@testable import HTTPServer

@Suite("The feed sends the log as it is stored")
struct FeedTests {
    /// Reads a stream's frames until a heartbeat says that everything up to `position` was sent.
    private func frames(
        _ server: TestServer, after point: JournalPoint, until position: LogPosition
    ) async throws -> (stored: [[UInt8]], heartbeat: FrameHeader) {
        var request = HTTPClientRequest(
            url: server.base + "/replication/stream?after=\(point.position)&chain=\(point.chain)")
        request.headers.add(name: "Authorization", value: "Bearer \(TestServer.rootKey)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        #expect(response.status == .ok)
        var buffer: [UInt8] = []
        var stored: [[UInt8]] = []
        var reached = point.position
        for try await chunk in response.body {
            buffer.append(contentsOf: chunk.readableBytesView)
            while buffer.count >= FrameHeader.byteCount {
                let header = try FrameHeader(decoding: buffer.span.bytes)
                guard buffer.count >= header.frameBytes else { break }
                _ = try FrameDecoder.verify(buffer.span.bytes)
                let frame = Array(buffer.prefix(header.frameBytes))
                buffer.removeFirst(header.frameBytes)
                if header.kind == .log {
                    stored.append(frame)
                    reached = header.position
                } else if reached >= position {
                    return (stored, header)
                }
            }
        }
        throw TestFailure("the stream ended before \(position)")
    }

    private func claims(_ server: TestServer, _ range: Range<Int>, _ code: String) async throws {
        for number in range {
            let reply = try await server.post(
                "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"r\#(number)"}"#)
            #expect(reply.status == 200)
        }
    }

    @Test("A store that is fed with it has the same digest at the same position, now and after more claims")
    func follow() async throws {
        try await TestServer.run { server in
            let code = try #require(try await server.codes(1, maxUses: 1000).first)
            try await claims(server, 0..<50, code)
            let target = server.engine.position
            let (stored, heartbeat) = try await frames(server, after: .beginning, until: target)
            let copy = try Copy()
            try copy.apply(stored)
            #expect(copy.point.position == target)
            #expect(heartbeat.position == target && heartbeat.previousChain == copy.point.chain)
            #expect(heartbeat.digest == copy.point.digest)
            try await claims(server, 50..<80, code)
            let later = server.engine.position
            try copy.apply(try await frames(server, after: copy.point, until: later).stored)
            #expect(copy.point.position == later)
            #expect(try copy.store.snapshot().computeDigest() == server.engine.syncedPoint.digest)
        }
    }

    @Test("A sent frame is byte for byte one of the journal's files")
    func bytes() async throws {
        try await TestServer.run { server in
            let code = try #require(try await server.codes(1, maxUses: 1000).first)
            try await claims(server, 0..<30, code)
            let stored = try await frames(server, after: .beginning, until: server.engine.position).stored
            let directory = server.engine.directory.journalPath
            var files = Data()
            for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() {
                files.append(try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)))
            }
            for frame in stored { #expect(files.range(of: Data(frame)) != nil) }
        }
    }

    @Test("A position that cannot be continued is answered with the reason")
    func refusals() async throws {
        try await TestServer.run { server in
            _ = try await server.codes(1)
            let end = server.engine.position
            _ = try await frames(server, after: .beginning, until: end)
            let path = "/replication/stream?after="
            let diverged = try await server.get("\(path)\(end)&chain=\(Hash128.zero)")
            #expect(diverged.status == 409 && diverged["code"].string == "diverged")
            let other = LogPosition(epoch: end.epoch + 1, sequence: end.sequence)
            let epoch = try await server.get("\(path)\(other)&chain=\(Hash128.zero)")
            #expect(epoch.status == 409 && epoch["code"].string == "ahead_of_primary")
            let stranger = try await server.get("\(path)0-0&chain=\(Hash128.zero)&history=\(Hash128(low: 1, high: 2))")
            #expect(stranger.status == 409 && stranger["code"].string == "diverged")
            let later = LogPosition(epoch: end.epoch, sequence: end.sequence + 1000)
            let ahead = try await server.get("\(path)\(later)&chain=\(Hash128.zero)")
            #expect(ahead.status == 409 && ahead["code"].string == "ahead_of_primary")
            for bad in [
                "x&chain=\(Hash128.zero)", "1-1&chain=12", "1-1", "1-1&chain=\(String(repeating: "g", count: 32))",
            ] {
                #expect(try await server.get(path + bad).status == 422)
            }
            let reader = try await server.key("read")
            #expect(try await server.get("\(path)0-0&chain=\(Hash128.zero)", key: reader).status == 403)
        }
    }

    @Test("An idle stream outlives the idle limit and ends when the server stops")
    func idle() async throws {
        try await TestServer.run(requestSeconds: 1, idleSeconds: 1) { server in
            _ = try await server.codes(1)
            let end = server.engine.syncedPoint
            var request = HTTPClientRequest(
                url: server.base + "/replication/stream?after=\(end.position)&chain=\(end.chain)")
            request.headers.add(name: "Authorization", value: "Bearer \(TestServer.rootKey)")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            var heartbeats = 0
            for try await chunk in response.body where chunk.readableBytes > 0 {
                heartbeats += 1
                if heartbeats == 6 { break }
            }
            #expect(heartbeats == 6, "six heartbeats take longer than the limits")
        }
    }
}

/// Checks that frames continue each other, and applies them, as a follower does.
private final class Copy {
    let store: StateStore
    private(set) var point = JournalPoint.beginning
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("copy")
        store = try StateStore.open(path: directory.path, tables: Tables.all, mapBytes: 1 << 28)
    }

    func apply(_ frames: [[UInt8]]) throws {
        let replay = FrameReplay(store: store)
        let decoder = FrameDecoder()
        for frame in frames {
            let (header, chain) = try FrameDecoder.verify(frame.span.bytes)
            try #require(header.previousChain == point.chain)
            try #require(header.firstSequence == point.position.sequence + 1)
            try decoder.withPayload(of: frame.span.bytes, header) { payload in
                try replay.add(payload: payload, at: header.position)
            }
            point = JournalPoint(position: header.position, chain: chain, digest: header.digest, time: header.time)
        }
        try store.apply(replay.seal(), leadingTo: point)
    }
}
