import Crypto
import NIOCore

/// The first 12 bytes of a SHA-256: enough to tell versions of one resource apart.
enum SHA256Prefix {
    static func of(_ buffer: ByteBuffer) -> [UInt8] {
        var hash = SHA256()
        buffer.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        return Array(hash.finalize().prefix(12))
    }
}
