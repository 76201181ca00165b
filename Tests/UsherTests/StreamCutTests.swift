import Foundation
import Journal
import TestSupport
import Testing

/// Every streamed answer and every streamed body is cut by its client at some byte, by FIN and by RST, while others
/// claim.
///
/// `USHER_CUTS` is the number of cuts (default 100), `USHER_CUTS_SEED` the seed of their places.
@Suite(.serialized) struct `Streams that are cut` {
    private static let rootKey = "usher_stream_cut_test_root_key_0123456789"
    private static let cuts = Int(ProcessInfo.processInfo.environment["USHER_CUTS"] ?? "") ?? 100
    private static let seed = UInt64(ProcessInfo.processInfo.environment["USHER_CUTS_SEED"] ?? "") ?? 3

    /// A request whose answer or body streams.
    private struct Request: Sendable {
        var head: String
        var body = ""
        var isChunked = false

        /// The bytes on the wire.
        var bytes: [UInt8] {
            var text = head + "Host: x\r\nAuthorization: Bearer \(rootKey)\r\n"
            if isChunked {
                text += "Transfer-Encoding: chunked\r\n\r\n"
                text += String(body.utf8.count, radix: 16) + "\r\n\(body)\r\n0\r\n\r\n"
            } else {
                text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            return Array(text.utf8)
        }
    }

    private static func requests(_ code: String, _ point: (position: LogPosition, chain: Hash128)) -> [Request] {
        let admin = "/api/admin/invitations"
        let lines = (0..<2000).map { #"{"code":"\#(code)","redeemer_id":"b\#($0)"}"# + "\n" }.joined()
        let bad = String(repeating: "{}\n", count: 9000)
        let rows = "code,max_uses\r\n" + (0..<2000).map { "IMPORT\($0),1\r\n" }.joined()
        func get(_ path: String, _ accept: String = "*/*") -> Request {
            Request(head: "GET \(path) HTTP/1.1\r\nAccept: \(accept)\r\n")
        }
        func post(_ path: String, _ body: String, _ type: String, accept: String = "*/*", chunked: Bool = false)
            -> Request
        {
            Request(
                head: "POST \(path) HTTP/1.1\r\nContent-Type: \(type)\r\nAccept: \(accept)\r\n", body: body,
                isChunked: chunked)
        }
        return [
            get("/replication/snapshot"),
            get("/replication/stream?after=\(point.position)&chain=\(point.chain)"),
            post(admin + "/codes", #"{"count":1500}"#, "application/json", accept: "application/x-ndjson"),
            post(admin + "/codes", #"{"count":1500}"#, "application/json", accept: "text/csv"),
            get(admin + "/codes/export"),
            get(admin + "/codes/export", "text/csv"),
            get(admin + "/metrics/live"),
            get(admin + "/codes?limit=5000"),
            post("/api/invitations/redeem/batch", lines, "application/x-ndjson"),
            post("/api/invitations/redeem/batch", lines, "application/x-ndjson", chunked: true),
            post("/api/invitations/redeem/batch", bad, "application/x-ndjson"),
            post(admin + "/codes/import", rows, "text/csv"),
            post(admin + "/codes/import", rows, "text/csv", chunked: true),
        ]
    }

    /// One request, cut somewhere.
    private static func cut(_ requests: [Request], _ port: Int, _ random: inout SeededGenerator) throws {
        let bytes = requests[Int(random.next() % UInt64(requests.count))].bytes
        let isSlow = random.next() % 3 == 0
        let socket = try RawSocket(port: port, receiveBytes: isSlow ? 4096 : nil, timeoutMilliseconds: 200)
        // Some streams never end.
        let end = Date(timeIntervalSinceNow: Double(random.next() % 400) / 1000)
        let isByReset = random.next() % 2 == 0
        if random.next() % 3 == 0 {
            socket.send(bytes.prefix(Int(random.next() % UInt64(bytes.count))))
        } else {
            let sender = Thread { [bytes] in socket.send(bytes) }
            // The answer begins while the body is being sent.
            if bytes.count > 4096 { sender.start() } else { socket.send(bytes) }
            var left = Int(random.next() % (1 << (8 + random.next() % 12)))
            while left > 0, Date() < end, let some = socket.receive(min(left, 65_536)), !some.isEmpty {
                left -= some.count
                if isSlow { usleep(500) }
            }
            // A descriptor must not be closed under a thread that uses it.
            while bytes.count > 4096, !sender.isFinished { usleep(200) }
        }
        socket.cut(byReset: isByReset)
    }

    /// The newest point of a node's log, from its stream's heartbeat.
    private func point(_ port: Int) throws -> (position: LogPosition, chain: Hash128) {
        let socket = try RawSocket(port: port)
        socket.send(
            "GET /replication/stream?after=0-0&chain=\(Hash128.zero) HTTP/1.1\r\nHost: x\r\n"
                + "Authorization: Bearer \(Self.rootKey)\r\n\r\n")
        var bytes: [UInt8] = []
        while let some = socket.receive(), !some.isEmpty {
            bytes += some
            // A heartbeat comes in a chunk of its own once everything was sent.
            let last = Array(bytes.suffix(FrameHeader.frameBytes(storedLength: 0) + 2))
            guard let header = try? FrameHeader(decoding: last.span.bytes), header.kind == .heartbeat else { continue }
            return (LogPosition(epoch: header.epoch, sequence: header.syncedThrough), header.previousChain)
        }
        throw TestProblem("no heartbeat")
    }

    @Test func `leave nothing behind on a primary and a replica, and both continue`() async throws {
        let directory = try TemporaryDirectory("cuts")
        let primary = try UsherServerProcess(
            data: directory.path + "/a", ["--root-key", Self.rootKey, "--metrics", "--threads", "2"])
        let client = ClaimClient(url: primary.url, key: Self.rootKey)
        let code = try await client.makeCode(places: 1_000_000)
        _ = try await client.send("POST", "/api/admin/invitations/codes", #"{"count":20000}"#)
        let point = try point(primary.port)
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b",
            ["--primary", primary.url, "--root-key", Self.rootKey, "--threads", "2"],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        let nodes = [primary, replica]
        let requests = Self.requests(code, point)
        // Things that are opened once and kept, such as pools, are there before the count.
        try await cutAll(Self.cuts / 5, nodes.map(\.port), requests, client, code, seed: Self.seed ^ 0xFF)
        var before: [ProcessUse] = []
        for node in nodes { before.append(try await ProcessUse(node)) }
        for (index, node) in nodes.enumerated() {
            before[index] = try await ProcessUse.settles(node, to: before[index], seconds: 1)
        }
        try await cutAll(Self.cuts, nodes.map(\.port), requests, client, code, seed: Self.seed)
        for (node, was) in zip(nodes, before) {
            #expect(node.isRunning, "\(node.complaints)")
            let now = try await ProcessUse.settles(node, to: was)
            if Self.cuts > 100 { print("before: \(was)\nafter:  \(now)") }
            #expect(now.isWithin(was), "before: \(was); now: \(now)")
            #expect(now.residentBytes < was.residentBytes + 256 << 20, "before: \(was); now: \(now)")
        }
        #expect(await client.redeem(code, "last") != nil)
        #expect(primary.stop() == 0 && replica.stop() == 0)
    }

    /// Cuts `count` streams on four threads, while claims continue.
    private func cutAll(
        _ count: Int, _ ports: [Int], _ requests: [Request], _ client: ClaimClient, _ code: String, seed: UInt64
    ) async throws {
        async let refusals: [String] = {
            var refusals: [String] = []
            for number in 0..<count {
                let body = #"{"code":"\#(code)","redeemer_id":"c\#(seed)-\#(number)"}"#
                do {
                    let (status, answer) = try await client.send("POST", "/api/invitations/redeem", body)
                    if status != 200 { refusals.append("\(number): \(status) \(answer)") }
                } catch {
                    refusals.append("\(number): \(error)")
                }
            }
            return refusals
        }()
        let failure: String? = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let failures = LockedTexts()
                DispatchQueue.concurrentPerform(iterations: 4) { worker in
                    var random = SeededGenerator(seed: seed &+ UInt64(worker) << 32)
                    for _ in 0..<(count / 4) {
                        do {
                            try Self.cut(requests, ports[Int(random.next() % UInt64(ports.count))], &random)
                        } catch {
                            failures.add("\(error)")
                        }
                    }
                }
                continuation.resume(returning: failures.first)
            }
        }
        #expect(failure == nil)
        let unanswered = await refusals
        #expect(unanswered.isEmpty, "\(unanswered.count): \(unanswered.prefix(3))")
    }
}

/// Gathers failures on several threads.
private final class LockedTexts: @unchecked Sendable {
    // Right: touched under the lock only.
    private let lock = NSLock()
    private var texts: [String] = []

    func add(_ text: String) { lock.withLock { texts.append(text) } }
    var first: String? { lock.withLock { texts.first } }
}

struct TestProblem: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
