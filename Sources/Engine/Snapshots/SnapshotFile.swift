public import Journal
public import Store

/// A whole state in one file: frames of kind `snapshot`, each checksummed and chained to the one before.
///
/// The first frame's payload says what the state is (its point in the log), the last one's how many records there
/// are; between them the records, as insertions. Byte table in `docs/formats/snapshot.md`.
public enum SnapshotFile {
    static let preambleMagic = Array("usher snapshot 2\n".utf8)
    static let endMagic = Array("end\n".utf8)

    /// Writes a snapshot.
    ///
    /// - Returns: the point of the log that it is at.
    /// - Throws: what `sink` throws, or `StoreError`.
    @discardableResult
    public static func write(
        _ snapshot: Snapshot, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> JournalPoint {
        let point = try snapshot.point()
        var writer = FrameSequence(point: point)
        try writer.append(preamble(of: point).span.bytes, records: 0, to: sink)
        var records: UInt64 = 0
        try SnapshotBody.encode(snapshot) { body, count in
            records += UInt64(count)
            try writer.append(body.bytes, records: UInt32(count), to: sink)
        }
        try writer.append((endMagic + littleEndian(records)).span.bytes, records: 0, to: sink)
        return point
    }

    /// The point that a file's first frame says it is at; nil for a file that does not begin as snapshots do.
    ///
    /// That frame is verified, and nothing behind it is read.
    public static func point(of path: String) -> JournalPoint? { try? SnapshotReader(path: path).point }

    private static func preamble(of point: JournalPoint) -> [UInt8] {
        preambleMagic + littleEndian(point.position.epoch) + littleEndian(point.position.sequence)
            + littleEndian(point.chain.low) + littleEndian(point.chain.high)
            + littleEndian(point.digest.low) + littleEndian(point.digest.high)
            + littleEndian(UInt64(bitPattern: point.time.milliseconds))
    }

    static func littleEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    /// Numbers and chains the frames of a snapshot.
    private struct FrameSequence {
        private let encoder = FrameEncoder()
        private let point: JournalPoint
        private var number: UInt64 = 0

        init(point: JournalPoint) {
            self.point = point
        }

        mutating func append(
            _ payload: RawSpan, records: UInt32, to sink: (UnsafeRawBufferPointer) throws -> Void
        ) throws {
            number += 1
            let draft = FrameHeader(
                kind: .snapshot, epoch: point.position.epoch, firstSequence: number, commandCount: records,
                time: point.time, syncedThrough: 0, previousChain: encoder.chain, digest: point.digest)
            encoder.encode(payload, draft)
            try encoder.withFrame { (frame) throws in try frame.withUnsafeBytes { try sink($0) } }
        }
    }
}
