/// Walks over the frames of one segment, verifying each; reads in large pieces.
///
/// Confined to one thread at a time.
final class SegmentCursor {
    /// The thing found at the cursor.
    enum Step {
        /// A verified frame; the cursor has moved behind it and lends its bytes until the next step.
        case frame(FrameHeader)
        /// Zeros, or not enough room for a frame: nothing was written here.
        case end
        /// Something else. The cursor has not moved.
        case fault(FrameFault)
    }

    private static let chunkMin = 64 << 10
    private static let chunkMax = 1 << 20

    let header: SegmentHeader
    let file: any DiskFile
    /// Where the next frame begins.
    private(set) var offset = UInt64(SegmentHeader.byteCount)
    /// The point that the next frame must continue.
    private(set) var point: JournalPoint

    private var buffer = ReusableBytes()
    /// The offset in the file of the first byte in the buffer.
    private var bufferStart: UInt64 = 0
    private var bufferCount = 0
    private var chunk = chunkMin
    /// Frames up to this sequence were complete in the file when the buffer was filled.
    private var trustedThrough: UInt64 = 0
    private var frameRange = 0..<0

    init(file: any DiskFile, header: SegmentHeader) {
        self.file = file
        self.header = header
        self.point = header.start
    }

    deinit { file.close() }

    /// Verifies the frame at the cursor and moves behind it.
    ///
    /// - Parameter durable: The sequence up to which the file is known to be complete. Bytes of the buffer that were
    ///   not known to be complete when they were read are read again.
    /// - Returns: A frame, the end, or the fault that is there.
    /// - Throws: ``JournalError/failed(_:)`` when the file cannot be read.
    func next(durable: UInt64 = .max) throws(JournalError) -> Step {
        if point.position.sequence >= trustedThrough {
            bufferCount = 0
            chunk = Self.chunkMin
        }
        guard offset + UInt64(FrameHeader.byteCount) <= header.segmentBytes else { return .end }
        guard let head = try fill(FrameHeader.byteCount, durable) else { return .fault(.incomplete) }
        let isEmpty = buffer.withBytes(head..<head + FrameHeader.byteCount) { $0.isZero(from: 0, count: $0.byteCount) }
        if isEmpty { return .end }
        let frame: FrameHeader
        do throws(FrameFault) {
            frame = try buffer.withBytes(head..<bufferCount) { (bytes) throws(FrameFault) in
                try FrameHeader(decoding: bytes)
            }
        } catch {
            return .fault(error)
        }
        guard UInt64(frame.frameBytes) <= header.segmentBytes - offset else { return .fault(.field("stored length")) }
        guard let start = try fill(frame.frameBytes, durable) else { return .fault(.incomplete) }
        return accept(frame, at: start..<start + frame.frameBytes)
    }

    /// Verifies a frame that is wholly in the buffer.
    private func accept(_ frame: FrameHeader, at range: Range<Int>) -> Step {
        do throws(FrameFault) {
            let chain = try buffer.withBytes(range) { (bytes) throws(FrameFault) in
                try FrameDecoder.verify(bytes, frame)
            }
            try point.checkContinuation(frame)
            frameRange = range
            offset += UInt64(frame.frameBytes)
            point = JournalPoint(after: frame, chain: chain)
            return .frame(frame)
        } catch {
            return .fault(error)
        }
    }

    /// Lends the bytes of the frame that ``next(durable:)`` returned last.
    func withFrame<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(frameRange, body)
    }

    /// Makes `count` bytes from the cursor on available; nil when the file ends before.
    ///
    /// The result is their index.
    private func fill(_ count: Int, _ durable: UInt64) throws(JournalError) -> Int? {
        if offset >= bufferStart, offset + UInt64(count) <= bufferStart + UInt64(bufferCount) {
            return Int(offset - bufferStart)
        }
        let wanted = max(count, min(chunk, Int(header.segmentBytes - offset)))
        chunk = min(chunk * 2, Self.chunkMax)
        buffer.grow(to: wanted)
        bufferStart = offset
        bufferCount = try failing { () throws(DiskError) -> Int in
            try buffer.withMutableBytes { (bytes) throws(DiskError) -> Int in
                var part = bytes._mutatingExtracting(0..<wanted)
                return try file.read(into: &part, at: offset)
            }
        }
        trustedThrough = durable
        return bufferCount >= count ? 0 : nil
    }
}
