import CZstd

/// Turns payloads into frames, one after the other, in one buffer that is used again and again.
///
/// Confined to one thread at a time: it owns the buffer and a zstd context.
@safe
public final class FrameEncoder {
    /// Payloads shorter than this, in bytes, are stored as they are.
    public static let compressionThreshold = 512
    /// Payloads shorter than this, in bytes, are compressed with zstd's level -1, which leaves literals uncoded: coding
    /// them saves another 4 % and takes 30 of the 45 µs that a frame of 60 claims needs, nearly as long as its sync.
    static let literalsThreshold = 32 << 10

    /// The chain hash of the frame that was encoded last.
    public private(set) var chain: Hash128 = .zero
    /// Bytes of the frame that was encoded last.
    public private(set) var byteCount = 0

    private var buffer = ReusableBytes()
    private let context: OpaquePointer

    /// Makes an encoder.
    public init() {
        guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory for a zstd context") }
        unsafe self.context = context
    }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    /// Encodes one frame and keeps it until the next call; ``withFrame(_:)`` lends it.
    ///
    /// - Parameters:
    ///   - payload: The bytes before compression, at most ``FrameHeader/rawLengthMax``.
    ///   - draft: Everything about the frame but its lengths and its compression.
    /// - Returns: The header as written.
    /// - Complexity: O(*n*). Allocates only while the buffer still grows (and a few dozen bytes for the hash).
    @discardableResult
    public func encode(_ payload: RawSpan, _ draft: FrameHeader) -> FrameHeader {
        precondition(payload.byteCount <= FrameHeader.rawLengthMax, "a payload is at most rawLengthMax bytes")
        var header = draft
        header.rawLength = payload.byteCount
        let worst = max(payload.byteCount, Int(ZSTD_compressBound(payload.byteCount)))
        buffer.grow(to: max(FrameHeader.frameBytes(storedLength: worst), 64 << 10))
        let compressed = payload.byteCount < Self.compressionThreshold ? nil : compress(payload)
        header.isCompressed = compressed != nil
        header.storedLength = compressed ?? payload.byteCount
        byteCount = header.frameBytes
        let end = FrameHeader.byteCount + header.storedLength
        chain = buffer.withMutableBytes { bytes in
            if compressed == nil { bytes.copy(payload, to: FrameHeader.byteCount) }
            header.encode(into: &bytes)
            let checksum = CRC32C.checksum(bytes.bytes.extracting(FrameHeader.byteCount..<end))
            bytes.setLittleEndian(checksum, at: end)
            for index in end + 4..<header.frameBytes { bytes.setLittleEndian(UInt8(0), at: index) }
            return ChainHash.of(bytes.bytes.extracting(0..<end))
        }
        return header
    }

    /// Lends the frame that was encoded last: header, stored payload, checksum and padding.
    public func withFrame<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(0..<byteCount, body)
    }

    /// Compresses to behind the header; nil when that does not make it shorter.
    private func compress(_ payload: RawSpan) -> Int? {
        let context = unsafe context
        let level: Int32 = payload.byteCount < Self.literalsThreshold ? -1 : 1
        let size = buffer.withMutableBytes { bytes in
            unsafe payload.withUnsafeBytes { source in
                unsafe bytes.withUnsafeMutableBytes { target in
                    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: target[FrameHeader.byteCount...])
                    return unsafe ZSTD_compressCCtx(
                        context, room.baseAddress, room.count, source.baseAddress, source.count, level
                    )
                }
            }
        }
        // The room is the bound that zstd asks for, so an error can only be lack of memory: then store it raw.
        guard ZSTD_isError(size) == 0, size < payload.byteCount else { return nil }
        return size
    }
}
