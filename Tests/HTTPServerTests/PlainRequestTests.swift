import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite("A plain claim request")
struct PlainRequestTests {
    private func scan(_ bytes: [UInt8]) -> PlainRequest.Scan {
        bytes.withUnsafeBufferPointer { PlainRequest.scan($0) }
    }

    private func scan(_ text: String) -> PlainRequest.Scan { scan(Array(text.utf8)) }

    @Test("is recognised whole, with what lies behind it left alone")
    func whole() {
        let text = claimRequest(#"{"code":"A"}"#, key: "k", extra: "traceparent: t\r\nUser-Agent: x y\r\n")
        let bytes = Array((text + "POST").utf8)
        guard case .claim(let request, let byteCount) = scan(bytes) else {
            Issue.record("it was not recognised")
            return
        }
        #expect(byteCount == text.utf8.count && !request.isHold)
        #expect(String(decoding: bytes[request.body], as: UTF8.self) == #"{"code":"A"}"#)
        #expect(String(decoding: bytes[request.authorization], as: UTF8.self) == "Bearer k")
        #expect(request.traceparent.map { String(decoding: bytes[$0], as: UTF8.self) } == "t")
    }

    @Test("is incomplete at every place where it can be cut")
    func cut() {
        for path in ["/api/invitations/redeem", "/api/invitations/holds"] {
            let bytes = Array(claimRequest(#"{"code":"A"}"#, path: path).utf8)
            for count in 0..<bytes.count { #expect(scan(Array(bytes[..<count])) == .incomplete, "\(count)") }
        }
    }

    @Test(
        "is not one when it asks for anything special or leaves a doubt",
        arguments: [
            "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n", "Upgrade: h2c\r\n",
            "Idempotency-Key: \"1\"\r\n", "Usher-Tenant: a\r\n", "Usher-Min-Position: 1-1\r\n", "USHER-WAIT-MS: 1\r\n",
            "Content-Length: 12\r\n", "Host: y\r\n", "Authorization: Bearer b\r\n", "Bad Name: 1\r\n", " folded: 1\r\n",
            "X: a\nY: b\r\n", "X: a\r Y\r\n", "X: \u{1}\r\n", "X: é\r\n", ": 1\r\n", "X : 1\r\n", "Trailer: x\r\n",
            "Proxy-Connection: x\r\n", "X:\ty\r\n", "X: y \r\n", "X: \r\n",
        ])
    func special(field: String) {
        #expect(scan(claimRequest(#"{"code":"A"}"#, extra: field)) == .other)
    }

    @Test("has a path, a version, a host, a key and a length that is a number and not too large")
    func needs() {
        let text = claimRequest("{}")
        for (part, other) in [
            ("/redeem ", "/redeem?x "), ("/redeem ", "/redeem/batch "), ("HTTP/1.1", "HTTP/1.0"), ("POST", "GET"),
            ("Host: x\r\n", ""), ("Authorization: Bearer \(TestServer.rootKey)\r\n", ""),
            ("Content-Length: 2\r\n", ""), ("Content-Length: 2", "Content-Length: +2"),
            ("Content-Length: 2", "Content-Length: 2,2"), ("Content-Length: 2", "Content-Length: 0x2"),
            ("Content-Length: 2", "Content-Length: 65537"),
            ("Content-Length: 2", "Content-Length: 99999999999999999999"),
        ] {
            #expect(scan(text.replacing(part, with: other)) == .other, "\(other)")
        }
        #expect(scan(text.replacing("Content-Length: 2", with: "CONTENT-LENGTH:  2")) != .other)
        #expect(scan(claimRequest("{}", extra: "Connection: Keep-Alive\r\n")) != .other)
    }

    /// Whatever is taken here must mean the same to the HTTP library: else two readers of one stream would disagree
    /// about where a request ends.
    @Test("means to the HTTP library what it means here", arguments: 0..<40)
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            "\r\n", "\r", "\n", ":", " ", "\t", "Content-Length: 3\r\n", "Host: z\r\n", "X: y\r\n", "0", "9", "{}",
            "Transfer-Encoding: chunked\r\n", "Connection: keep-alive\r\n", "a", "-", "_", "\u{0}", "é",
        ].map { Array($0.utf8) }
        var taken = 0
        for _ in 0..<400 {
            var bytes = Array(claimRequest(#"{"code":"ABC"}"#, extra: "X-A: b\r\n").utf8)
            for _ in 0..<Int(random.next() % 3) {
                let place = Int(random.next() % UInt64(bytes.count))
                let piece = pieces[Int(random.next() % UInt64(pieces.count))]
                switch random.next() % 3 {
                case 0: bytes.insert(contentsOf: piece, at: place)
                case 1: bytes.remove(at: place)
                default: bytes.replaceSubrange(place...place, with: piece)
                }
            }
            guard case .claim(let request, let byteCount) = scan(bytes) else { continue }
            taken += 1
            try expectSame(bytes, request, byteCount)
        }
        #expect(taken > 50)
    }

    private func expectSame(_ bytes: [UInt8], _ request: PlainRequest, _ byteCount: Int) throws {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
        try channel.writeInbound(ByteBuffer(bytes: bytes[..<byteCount]))
        guard case .head(let head) = try channel.readInbound(as: HTTPServerRequestPart.self) else {
            Issue.record("the library sees no request in \(String(decoding: bytes, as: UTF8.self))")
            return
        }
        #expect(head.method == .POST && head.uri.hasPrefix("/api/invitations/") && head.isKeepAlive)
        #expect(head.headers["authorization"] == [String(decoding: bytes[request.authorization], as: UTF8.self)])
        var body: [UInt8] = []
        var isEnded = false
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            if case .body(let part) = part { body += Array(part.readableBytesView) }
            if case .end = part { isEnded = true }
        }
        #expect(isEnded && body == Array(bytes[request.body]))
        _ = try? channel.finish()
    }
}
