import Crypto
import HTTPTypes
import NIOCore

/// What tells a repeat of a request from another one: a hash of its method, path and body, taken as the body comes.
struct RequestFingerprint {
    private var hash = SHA256()

    init(method: String, path: String, query: String?) {
        hash.update(data: Array("\(method) \(path)\(query.map { "?" + $0 } ?? "")\n".utf8))
    }

    /// Takes the next part of the body.
    mutating func take(_ chunk: ByteBuffer) {
        hash.update(data: Array(chunk.readableBytesView))
    }

    /// 32 bytes.
    var bytes: [UInt8] { Array(hash.finalize()) }
}

extension RequestFingerprint {
    /// Begins with what stands in front of the body.
    init(_ call: Call) {
        self.init(method: call.request.method.rawValue, path: call.path, query: call.target.query)
    }
}
