import Crypto
import HTTPTypes
import NIOCore

/// Hashes method, path and body of a request as the body arrives, to tell a repeat from another request.
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
    /// Begins with the method and the path.
    init(_ call: Call) {
        self.init(method: call.request.method.rawValue, path: call.path, query: call.target.query)
    }
}
