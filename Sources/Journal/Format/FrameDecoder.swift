import CZstd

/// Verifies frames and gives their payloads back, in one buffer that is used again and again.
///
/// Confined to one thread at a time: it owns the buffer and a zstd context.
@safe
public final class FrameDecoder {
    private var payload = ReusableBytes()
    private let context: OpaquePointer

    /// Makes a decoder.
    public init() {
        guard let context = unsafe ZSTD_createDCtx() else { preconditionFailure("out of memory for a zstd context") }
        unsafe self.context = context
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    /// Verifies one frame at the beginning of `bytes`: header, payload checksum, padding.
    ///
    /// Decompresses nothing.
    ///
    /// - Returns: The header and the chain hash of this frame.
    /// - Throws: ``FrameFault``; nothing of the frame may be used then.
    public static func verify(_ bytes: RawSpan) throws(FrameFault) -> (header: FrameHeader, chain: Hash128) {
        let header = try FrameHeader(decoding: bytes)
        return (header, try verify(bytes, header))
    }

    /// Verifies what follows a header that was verified before.
    static func verify(_ bytes: RawSpan, _ header: FrameHeader) throws(FrameFault) -> Hash128 {
        guard bytes.byteCount >= header.frameBytes else { throw .incomplete }
        let end = FrameHeader.byteCount + header.storedLength
        let stored = bytes.extracting(FrameHeader.byteCount..<end)
        guard bytes.littleEndian(UInt32.self, at: end) == CRC32C.checksum(stored) else { throw .payloadChecksum }
        guard bytes.isZero(from: end + 4, count: header.frameBytes - end - 4) else { throw .padding }
        return ChainHash.of(bytes.extracting(0..<end))
    }

    /// Lends the payload of a verified frame, decompressed.
    ///
    /// - Parameters:
    ///   - frame: The bytes of a frame that ``verify(_:)`` accepted.
    ///   - header: Its header.
    ///   - body: Called once; the bytes are valid until it returns.
    /// - Returns: The result of `body`.
    /// - Throws: ``FrameFault/compression`` when the stored bytes are not a zstd frame of exactly the announced length.
    /// - Complexity: O(*n*), at most ``FrameHeader/rawLengthMax`` bytes of memory whatever the payload says of itself.
    public func withPayload<Result>(
        of frame: RawSpan,
        _ header: FrameHeader,
        _ body: (RawSpan) throws -> Result
    ) throws -> Result {
        let stored = frame.extracting(FrameHeader.byteCount..<FrameHeader.byteCount + header.storedLength)
        guard header.isCompressed else { return try body(stored) }
        try decompress(stored, rawLength: header.rawLength)
        return try payload.withBytes(0..<header.rawLength, body)
    }

    /// Decompresses into the buffer.
    func decompress(_ stored: RawSpan, rawLength: Int) throws(FrameFault) {
        precondition(rawLength <= FrameHeader.rawLengthMax, "a verified header bounds the length")
        payload.grow(to: rawLength)
        let context = unsafe context
        let size = payload.withMutableBytes { bytes in
            unsafe stored.withUnsafeBytes { source in
                unsafe bytes.withUnsafeMutableBytes { target in
                    // The capacity is the announced length, so that a payload that lies about itself fails here.
                    unsafe ZSTD_decompressDCtx(context, target.baseAddress, rawLength, source.baseAddress, source.count)
                }
            }
        }
        guard ZSTD_isError(size) == 0, size == rawLength else { throw .compression }
    }

    /// Lends the beginning of the buffer that ``decompress(_:rawLength:)`` filled.
    func withDecompressed<Result, Failure: Error>(
        _ count: Int,
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try payload.withBytes(0..<count, body)
    }
}
