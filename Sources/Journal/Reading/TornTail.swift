/// Decides if the bytes after the last good frame are a write that a power cut interrupted, and cuts them off.
///
/// It may be cut when nothing proves that it was durable and the bytes look like an interrupted write; everything
/// else is damage. `docs/formats/journal.md` has the cases.
struct TornTail {
    /// The piece of a frame that a crash leaves either old (zero) or new.
    ///
    /// Sectors are larger, but while a page is on its way to the disk the processor can still be filling its next
    /// lines.
    private static let pieceBytes: UInt64 = 64

    private let directory: SegmentDirectory
    private let cursor: SegmentCursor
    private let fault: FrameFault?
    private let tail: [UInt8]

    /// Reads the bytes after the last good frame of the last segment.
    ///
    /// - Parameters:
    ///   - directory: The files of the journal.
    ///   - cursor: A cursor after the last good frame.
    ///   - fault: The fault found there; nil when no header was written there.
    /// - Throws: ``JournalError/failed(_:)`` when the file cannot be read.
    init(directory: SegmentDirectory, cursor: SegmentCursor, fault: FrameFault?) throws(JournalError) {
        self.directory = directory
        self.cursor = cursor
        self.fault = fault
        var tail = [UInt8](repeating: 0, count: Int(cursor.header.segmentBytes - cursor.offset))
        _ = try failing { () throws(DiskError) -> Int in
            var span = tail.mutableSpan
            var bytes = unsafe span.mutableBytes
            return try cursor.file.read(into: &bytes, at: cursor.offset)
        }
        self.tail = tail
    }

    /// Cuts the tail off, or does nothing when there is none.
    ///
    /// The caller synchronises the file before anything new is written, so that no rest of the tail can follow a new
    /// frame.
    ///
    /// - Throws: `damaged` when it may not be cut; nothing was changed then.
    func cut() throws(JournalError) -> TornTailCut? {
        guard let count = writtenCount() else { return nil }
        try checkNothingWasDurable()
        try checkLooksInterrupted()
        let copy = try keepCopy(count)
        try failing { () throws(DiskError) in
            let zeros = [UInt8](repeating: 0, count: count)
            try unsafe cursor.file.write(zeros.span.bytes, at: cursor.offset)
        }
        return TornTailCut(
            file: cursor.file.path,
            offset: cursor.offset,
            bytes: UInt64(count),
            sequence: cursor.point.position.sequence + 1,
            copy: copy
        )
    }

    /// Bytes up to the last one that is not zero; nil when all are zero.
    private func writtenCount() -> Int? {
        guard unsafe !tail.span.bytes.isZero(from: 0, count: tail.count) else { return nil }
        return tail.lastIndex { $0 != 0 }.map { $0 + 1 }
    }

    /// A later frame says what was durable when it was written.
    ///
    /// On a replica it speaks of the primary's disk.
    private func checkNothingWasDurable() throws(JournalError) {
        let lost = cursor.point.position.sequence + 1
        guard cursor.header.role == .primary else { return }
        var index = 8
        while index + FrameHeader.byteCount <= tail.count {
            defer { index += 8 }
            // The cheap comparison first: a tail can be a whole segment.
            guard unsafe tail.span.bytes.littleEndian(UInt64.self, at: index) == FrameHeader.magic else { continue }
            let later: FrameHeader
            do throws(FrameFault) {
                later = try unsafe FrameHeader(decoding: tail.span.bytes.extracting(index...))
            } catch {
                continue
            }
            guard later.firstSequence > lost, later.syncedThrough >= lost else { continue }
            throw damage(
                "\(reason), but the frame at offset \(cursor.offset + UInt64(index)) shows that it was durable")
        }
    }

    /// An interrupted write leaves a piece of the frame as it was before, zero: any piece when the power went, the end
    /// when the write itself stopped half-way.
    private func checkLooksInterrupted() throws(JournalError) {
        guard let fault else { return }
        guard fault.isBrokenBytes else { throw damage(reason) }
        let header = try? unsafe FrameHeader(decoding: tail.span.bytes)
        let end = cursor.offset + UInt64(min(header?.frameBytes ?? FrameHeader.byteCount, tail.count))
        // The last word of a header and of a frame is a checksum, which is not zero but once in 2^32 frames.
        let endIsZero = unsafe tail.span.bytes.isZero(from: Int(end - cursor.offset) - 8, count: 8)
        if endIsZero { return }
        var piece = cursor.offset
        while piece < end {
            let next = min(end, (piece / Self.pieceBytes + 1) * Self.pieceBytes)
            let isZero = unsafe tail.span.bytes.isZero(from: Int(piece - cursor.offset), count: Int(next - piece))
            if isZero { return }
            piece = next
        }
        throw damage("\(reason), and no part of it is missing as it would be after an interrupted write")
    }

    private var reason: String { (fault ?? .notAFrame).description }

    private func damage(_ reason: String) -> JournalError {
        directory.damage(cursor.header.number, cursor.offset, cursor.point.position.sequence + 1, reason)
    }

    /// Writes the bytes to a file of their own, so that an operator can examine them.
    private func keepCopy(_ count: Int) throws(JournalError) -> String {
        let disk = directory.disk
        do throws(DiskError) {
            let names = Set(try disk.list(directory.configuration.directory))
            let segment = SegmentDirectory.name(ofSegment: cursor.header.number)
            var number = 1
            while names.contains("\(segment).torn-\(number)") { number += 1 }
            let path = directory.configuration.path("\(segment).torn-\(number)")
            let file = try disk.open(path, .create)
            defer { file.close() }
            do throws(DiskError) {
                try unsafe file.write(tail.span.bytes.extracting(0..<count), at: 0)
                try file.synchronize()
            } catch {
                // A partial copy is removed: one for each start on a full disk would take the room that is left.
                try? disk.remove(path)
                throw error
            }
            try disk.synchronizeDirectory(directory.configuration.directory)
            return path
        } catch {
            throw directory.spaceOrFailure(error)
        }
    }
}
