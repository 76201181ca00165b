internal import Journal

/// Reads a snapshot file frame by frame, verifying each.
final class SnapshotReader {
    private(set) var point: JournalPoint
    let size: UInt64
    private(set) var offset: UInt64 = 0
    private let path: String
    private let file: any DiskFile
    private let decoder = FrameDecoder()
    private var chain = Hash128.zero
    private var number: UInt64 = 0
    private var records: UInt64 = 0

    init(path: String) throws {
        self.path = path
        file = try RealDisk().open(path, .read)
        size = try file.size()
        point = .beginning
        var found: JournalPoint?
        try readFrame { header, payload in found = SnapshotReader.readPreamble(header, payload) }
        guard let found else {
            throw SnapshotReader.wrong(path, 0, "it does not begin like a snapshot of this version")
        }
        point = found
    }

    deinit { file.close() }

    /// Lends the next body; false at the end of a complete snapshot.
    func next(_ body: (RawSpan) throws -> Void) throws -> Bool {
        var ended: UInt64?
        try readFrame { header, payload in
            if header.commandCount == 0 {
                ended = SnapshotReader.readEnd(payload)
                guard ended != nil else { throw SnapshotReader.wrong(path, offset, "its last frame is not an end") }
            } else {
                records += UInt64(header.commandCount)
                try body(payload)
            }
        }
        guard let ended else { return true }
        guard ended == records, offset == size else {
            throw SnapshotReader.wrong(path, offset, "it has \(records) records instead of \(ended), or continues")
        }
        return false
    }

    private func readFrame(_ body: (FrameHeader, RawSpan) throws -> Void) throws {
        let start = offset
        do {
            let head = try bytes(FrameHeader.byteCount)
            let length = try FrameHeader(decoding: head.span.bytes).frameBytes
            let frame = try bytes(length)
            let (header, next) = try FrameDecoder.verify(frame.span.bytes)
            guard header.kind == .snapshot, header.firstSequence == number + 1, header.previousChain == chain else {
                throw SnapshotReader.wrong(path, start, "a frame is missing or out of order")
            }
            (number, chain, offset) = (number + 1, next, start + UInt64(length))
            try decoder.withPayload(of: frame.span.bytes, header) { try body(header, $0) }
        } catch let fault as FrameFault {
            throw SnapshotReader.wrong(path, start, "\(fault)")
        }
    }

    /// The `count` bytes at the present offset.
    private func bytes(_ count: Int) throws -> [UInt8] {
        guard offset + UInt64(count) <= size else { throw FrameFault.incomplete }
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        guard try file.read(into: &raw, at: offset) == count else { throw FrameFault.incomplete }
        return bytes
    }

    private static func wrong(_ path: String, _ offset: UInt64, _ reason: String) -> EngineError {
        EngineError(.unusableDirectory, "\(path) is damaged at byte \(offset): \(reason). Use another snapshot.")
    }

    private static func readPreamble(_ header: FrameHeader, _ payload: RawSpan) -> JournalPoint? {
        let bytes = payload.withUnsafeBytes { Array($0) }
        let magic = SnapshotFile.preambleMagic
        guard bytes.count == magic.count + 56, bytes.starts(with: magic) else { return nil }
        let words = (0..<7).map { integer(bytes[(magic.count + 8 * $0)...].prefix(8)) }
        return JournalPoint(
            position: LogPosition(epoch: words[0], sequence: words[1]), chain: Hash128(low: words[2], high: words[3]),
            digest: Hash128(low: words[4], high: words[5]), time: Timestamp(milliseconds: Int64(bitPattern: words[6])))
    }

    private static func readEnd(_ payload: RawSpan) -> UInt64? {
        let bytes = payload.withUnsafeBytes { Array($0) }
        guard bytes.count == SnapshotFile.endMagic.count + 8, bytes.starts(with: SnapshotFile.endMagic) else {
            return nil
        }
        return integer(bytes.suffix(8))
    }

    private static func integer(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
