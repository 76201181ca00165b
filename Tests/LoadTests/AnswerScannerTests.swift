import NIOCore
import TestSupport
import Testing

@testable import Load

@Suite struct `The answer scanner` {
    /// Scans a text that comes in pieces of those lengths.
    private func scan(_ text: String, cutAt cuts: [Int] = []) throws -> [String] {
        var scanner = AnswerScanner()
        var found: [String] = []
        var received: [UInt8] = []
        let bytes = Array(text.utf8)
        var start = 0
        for end in cuts + [bytes.count] where end >= start {
            received += bytes[start..<end]
            start = end
            let used = try received.withUnsafeBytes { bytes in
                try scanner.scan(bytes) { event in
                    switch event {
                    case .piece(let piece, let status):
                        found.append("\(status) \(String(decoding: piece, as: UTF8.self))")
                    case .end(let status, let closes): found.append("end \(status)\(closes ? " closes" : "")")
                    }
                }
            }
            received.removeFirst(used)
        }
        #expect(received.isEmpty)
        return found
    }

    private let pipelined =
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst"
        + "HTTP/1.1 409 Conflict\r\nContent-Type: x\r\nCONTENT-LENGTH:  6\r\n\r\nsecond"
        + "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + "a\r\none\ntwo\nth\r\n4;x=y\r\nree\n\r\n4\r\nlast\r\n0\r\n\r\n"

    private let expected = [
        "200 first", "end 200", "409 second", "end 409", "end 204", "200 one", "200 two", "200 three", "200 last",
        "end 200 closes",
    ]

    @Test func `finds pipelined answers, with a length and in chunks`() throws {
        #expect(try scan(pipelined) == expected)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `finds the same however the bytes are cut`(seed: UInt64) throws {
        #expect(try scan(pipelined, cutAt: Array(1..<pipelined.utf8.count)) == expected)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let cuts = (0..<4).map { _ in Int.random(in: 0...pipelined.utf8.count, using: &generator) }.sorted()
            #expect(try scan(pipelined, cutAt: cuts) == expected, "seed \(seed), cut at \(cuts)")
        }
    }

    @Test func `passes over interim answers and refuses what is no HTTP`() throws {
        #expect(try scan("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") == ["end 200"])
        for wrong in [
            "SSH-2.0-OpenSSH_9.2p1\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        ] {
            #expect(throws: AnswerScanner.Fault.self) { try scan(wrong) }
        }
    }

    @Test func `reads of an answer what a claim was answered`() {
        func piece(_ text: String, _ status: Int, isLine: Bool = false, _ body: (AnswerPiece) -> Void) {
            Array(text.utf8).withUnsafeBytes { body(AnswerPiece($0, status: status, isLine: isLine)) }
        }
        piece(#"{"ok":true,"already":false,"redemption":{"id":42,"code_id":7}}"#, 200) {
            #expect($0.already == false && $0.id == 42)
        }
        piece(#"{"already": 1, "redemption":{"id":42},"already":true}"#, 201) { #expect($0.already == true) }
        piece(#"{"type":"x","status":409,"code":"exhausted","ok":false}"#, 200, isLine: true) {
            #expect($0.status == 409 && $0.isRefusal && $0.already == nil)
            #expect($0.code.map { String(decoding: $0, as: UTF8.self) } == "exhausted")
        }
        piece("", 503) { #expect($0.already == nil && $0.code == nil && $0.id == nil && !$0.isRefusal) }
    }
}
