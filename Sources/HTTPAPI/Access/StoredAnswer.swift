import Domain
import JSONText
import NIOCore

/// A success as it is stored under an idempotency key: JSON without secrets.
struct StoredAnswer: Sendable {
    var status: UInt16
    var body: [UInt8]

    init(status: UInt16, body: [UInt8]) {
        self.status = status
        self.body = body
    }

    /// What a record says.
    init(_ record: IdempotencyRecord) {
        self.init(status: record.status, body: record.body)
    }

    /// The kind of a record that says which codes were made, in place of an answer that lists them.
    static let madeCodes: UInt8 = 2

    /// What is kept of an answer; nil for one that is made as it is sent, or longer than what can be kept.
    ///
    /// - Parameter secrets: members that are shown once, as paths: null in what is kept, all else byte for byte.
    init?(_ answer: Answer, hiding secrets: [[String]]) {
        guard case .bytes(let body) = answer.body else { return nil }
        var bytes = Array(body.readableBytesView)
        if !secrets.isEmpty {
            // An answer with secrets that is no JSON would be kept whole.
            guard var tree = try? JSONTree.parse(bytes) else { preconditionFailure("our own answers are JSON") }
            for path in secrets { tree.hide(path[...]) }
            bytes = tree.text
        }
        guard bytes.count <= Idempotency.bodyBytesMax else { return nil }
        self.init(status: UInt16(answer.status), body: bytes)
    }

    /// The answer to a repeat of the request.
    var answer: Answer {
        Answer(status: Int(status), body: .bytes(ByteBuffer(bytes: body)), isReplayed: true)
    }
}

extension JSONTree {
    /// Puts null in place of the member at a path, if there is one.
    fileprivate mutating func hide(_ path: ArraySlice<String>) {
        guard let name = path.first, case .object(var object) = self, var value = object[name] else { return }
        if path.count == 1 { value = .null } else { value.hide(path.dropFirst()) }
        object[name] = value
        self = .object(object)
    }
}
