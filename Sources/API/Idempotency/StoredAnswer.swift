import Domain
import Journal
import NIOCore
import Wire

/// A success as it is stored under an idempotency key: JSON without secrets, and the tag that it came with.
package struct StoredAnswer: Sendable {
    package var status: UInt16
    /// The tag of the resource that the answer shows, without the epoch.
    var tag: String?
    package var body: [UInt8]

    init(status: UInt16, tag: String? = nil, body: [UInt8]) {
        self.status = status
        self.tag = tag
        self.body = body
    }

    /// Reads the answer that a record holds.
    init(_ record: IdempotencyRecord) {
        guard record.kind == StoredAnswer.tagged, let length = record.body.first else {
            self.init(status: record.status, body: record.body)
            return
        }
        let tag = record.body.dropFirst().prefix(Int(length))
        self.init(
            status: record.status, tag: String(decoding: tag, as: UTF8.self),
            body: Array(record.body.dropFirst(1 + tag.count)))
    }

    /// The kind of a record that is JSON and nothing else.
    private static let plain: UInt8 = 0
    /// The kind of a record that says which codes were made, in place of an answer that lists them.
    static let madeCodes: UInt8 = 2
    /// The kind of a record that says which codes were signed, in place of an answer that lists them.
    static let signedCodes: UInt8 = 4
    /// The kind of a record that is a tag, behind a byte that says how long it is, and then JSON.
    private static let tagged: UInt8 = 3

    /// The record of the answer to a request.
    ///
    /// - Precondition: a tag has at most 255 bytes.
    func record(fingerprint: [UInt8], createdAt: Timestamp) -> IdempotencyRecord {
        var bytes: [UInt8] = []
        if let tag {
            precondition(tag.utf8.count <= Int(UInt8.max), "a tag has at most 255 bytes")
            bytes.append(UInt8(tag.utf8.count))
            bytes += tag.utf8
        }
        return IdempotencyRecord(
            fingerprint: fingerprint, createdAt: createdAt, status: status,
            kind: tag == nil ? StoredAnswer.plain : StoredAnswer.tagged, body: bytes + body)
    }

    /// The bytes of a record before the JSON.
    private static func overhead(of tag: String?) -> Int { tag.map { 1 + $0.utf8.count } ?? 0 }

    /// Takes an answer that shows nothing that must not be stored; nil for one that is streamed or too long.
    init?(_ answer: Answer) {
        guard case .bytes(let body) = answer.body,
            body.readableBytes + StoredAnswer.overhead(of: answer.tag) <= Idempotency.bodyBytesMax
        else { return nil }
        self.init(status: UInt16(answer.status), tag: answer.tag, body: Array(body.readableBytesView))
    }

    /// Adds the position to the answer of a claim or a confirmation that an earlier version stored without it.
    ///
    /// Only for operations whose answers carry one. It is the last member, so that its text is looked for at the end of
    /// the answer and nothing is parsed.
    ///
    /// - Parameter position: The position of the node now; the first answer's position is not known any more.
    /// - Returns: The answer, unchanged where it has a position.
    func positioned(at position: LogPosition) -> StoredAnswer {
        guard !hasPosition, body.count > 2, body.last == UInt8(ascii: "}") else { return self }
        var positioned = self
        positioned.body.removeLast()
        positioned.body += Array(",\"position\":\"\(position)\"}".utf8)
        return positioned
    }

    /// True if the last member is the position: no other text between quotes has only digits and a hyphen and this name.
    private var hasPosition: Bool {
        var rest = body[...]
        guard rest.popLast() == UInt8(ascii: "}"), rest.popLast() == UInt8(ascii: "\"") else { return false }
        while let byte = rest.last, byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") < 10 { rest.removeLast() }
        return rest.suffix(StoredAnswer.positionKey.count).elementsEqual(StoredAnswer.positionKey)
    }

    private static let positionKey = Array(",\"position\":\"".utf8)

    /// The answer to a repeat of the request.
    var answer: Answer {
        Answer(status: Int(status), body: .bytes(ByteBuffer(bytes: body)), tag: tag, isReplayed: true)
    }
}
