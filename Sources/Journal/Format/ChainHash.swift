import Crypto

/// The hash that makes a chain of frames: the first 16 bytes of SHA-256 over header and stored payload.
///
/// The header contains the hash of the frame before, so equal hashes mean equal histories.
enum ChainHash {
    /// The hash of a frame, given its header and stored payload in one piece.
    static func of(_ headerAndPayload: RawSpan) -> Hash128 {
        var hasher = SHA256()
        unsafe headerAndPayload.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return unsafe hasher.finalize().withUnsafeBytes { digest in
            unsafe Hash128(
                low: UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                high: UInt64(littleEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
