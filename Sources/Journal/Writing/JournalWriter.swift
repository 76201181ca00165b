/// Appends frames to a journal and makes them durable.
///
/// Confined to one thread at a time, and therefore not `Sendable`. ``RecoveredJournal/makeWriter()`` gives the one
/// writer of a journal; the owner of the data directory ensures that no other process writes.
///
/// After a call that threw ``JournalError/failed(_:)`` every later call throws the same: what is on the disk is then
/// unknown, and only recovery can find out. ``JournalError/noSpace(freeBytes:)`` changes nothing.
public final class JournalWriter {
    /// Everything that a frame says besides its payload.
    public struct Entry: Hashable, Sendable {
        /// The sequence of the first command; the one after the last in the journal.
        public var firstSequence: UInt64
        /// The number of commands, at least 1.
        public var commandCount: UInt32
        /// The log's clock, not before that of the frame before.
        public var time: Timestamp
        /// The state digest after the frame.
        public var digest: Hash128
        /// The epoch, not lower than that of the frame before.
        public var epoch: UInt64

        /// Makes an entry.
        public init(firstSequence: UInt64, commandCount: UInt32, time: Timestamp, digest: Hash128, epoch: UInt64) {
            self.firstSequence = firstSequence
            self.commandCount = commandCount
            self.time = time
            self.digest = digest
            self.epoch = epoch
        }
    }

    /// Totals of the writing since this writer was made.
    public struct Totals: Hashable, Sendable {
        /// Frames appended.
        public var frames: UInt64 = 0
        /// Bytes of these frames as stored, headers and padding included.
        public var storedBytes: UInt64 = 0
        /// Bytes of their payloads before compression.
        public var payloadBytes: UInt64 = 0
        /// Synchronisations of the segment in use.
        public var syncs: UInt64 = 0
        /// Segments begun.
        public var rotations: UInt64 = 0
    }

    /// The end of the journal: what the next frame continues.
    ///
    /// Not necessarily durable.
    public private(set) var end: JournalPoint
    /// The position up to which everything is on stable storage.
    public private(set) var durablePosition: LogPosition
    /// Totals of the writing since this writer was made.
    public private(set) var totals = Totals()
    /// The error that every call throws, once there is one.
    public private(set) var failure: JournalError?

    /// The role that the next frame is written in; when the segment has another role, a new one begins first.
    private var role: JournalRole
    private let directory: SegmentDirectory
    private let maker: SegmentMaker
    private let encoder = FrameEncoder()
    private var segment: SegmentHeader
    private var file: any DiskFile
    private var offset: UInt64

    init(
        directory: SegmentDirectory,
        segment: SegmentHeader,
        file: any DiskFile,
        offset: UInt64,
        end: JournalPoint
    ) {
        self.directory = directory
        self.role = directory.configuration.role
        self.maker = SegmentMaker(directory: directory)
        self.segment = segment
        self.file = file
        self.offset = offset
        self.end = end
        self.durablePosition = end.position
    }

    /// The position of the last frame appended.
    ///
    /// Not necessarily durable.
    public var lastPosition: LogPosition { end.position }
    /// Where in the files the last frame appended ends.
    public var location: JournalLocation { JournalLocation(segment: segment.number, offset: offset) }
    /// The chain hash of the last frame appended.
    public var chain: Hash128 { end.chain }

    /// Appends one frame in one write.
    ///
    /// It is durable only after ``synchronize()``.
    ///
    /// - Parameters:
    ///   - payload: The bytes before compression, at most ``FrameHeader/rawLengthMax``.
    ///   - entry: Everything that the frame says besides its payload; it must continue ``end``.
    /// - Returns: Where the frame is.
    /// - Throws: `noSpace`: no byte of the frame was written and the next call may succeed. `failed`: the outcome is
    ///   unknown and the writer is finished.
    /// - Complexity: O(*n*); a synchronisation and a rename more when a new segment begins.
    @discardableResult
    public func append(_ payload: RawSpan, _ entry: Entry) throws(JournalError) -> FrameInfo {
        if let failure { throw failure }
        precondition(role == .primary, "only a primary makes frames of its own")
        precondition(entry.commandCount > 0, "a frame contains at least one command")
        precondition(entry.firstSequence == end.position.sequence + 1, "sequences have no gap")
        precondition(entry.epoch >= end.position.epoch, "the epoch never goes back")
        precondition(entry.time >= end.time, "the log's time never goes back")
        let draft = FrameHeader(
            epoch: entry.epoch,
            firstSequence: entry.firstSequence,
            commandCount: entry.commandCount,
            time: entry.time,
            syncedThrough: durablePosition.sequence,
            previousChain: end.chain,
            digest: entry.digest
        )
        let header = encoder.encode(payload, draft)
        return try encoder.withFrame { (frame) throws(JournalError) in
            try write(frame, header, chain: encoder.chain)
        }
    }

    /// Appends one frame from an array, otherwise as the form with a span.
    @discardableResult
    public func append(_ payload: [UInt8], _ entry: Entry) throws(JournalError) -> FrameInfo {
        try unsafe append(payload.span.bytes, entry)
    }

    /// Appends a frame that another node encoded, byte for byte, so that both have the same chain.
    ///
    /// - Throws: `rejected` when it is not whole or does not continue ``end``, with nothing written; else as the form with a payload.
    @discardableResult
    public func append(encoded frame: RawSpan) throws(JournalError) -> FrameInfo {
        if let failure { throw failure }
        let header: FrameHeader
        let chain: Hash128
        do throws(FrameFault) {
            (header, chain) = try FrameDecoder.verify(frame)
            try end.checkContinuation(header)
        } catch {
            throw .rejected(error)
        }
        return try write(frame.extracting(0..<header.frameBytes), header, chain: chain)
    }

    /// Makes the writer a primary's: the next frame begins a segment of that role, and may be one of its own.
    public func becomePrimary() {
        role = .primary
    }

    /// Makes sure that there is room for a frame with a payload of at most `payloadBytes`, before it is decided.
    ///
    /// - Throws: `noSpace` when there is none, with nothing changed; `failed`.
    /// - Complexity: O(1), unless a new segment must be made and none was prepared.
    public func reserve(payloadBytes: Int) throws(JournalError) {
        if let failure { throw failure }
        let frameBytes = UInt64(FrameHeader.frameBytes(storedLength: payloadBytes))
        guard offset + frameBytes > segment.segmentBytes else { return }
        // A frame that needs a segment of its own is so rare that its room is looked for when it comes.
        let needed = UInt64(SegmentHeader.byteCount) + frameBytes
        guard needed <= directory.configuration.segmentBytes else { return }
        _ = try latching { () throws(JournalError) in try maker.ready(directory.configuration.segmentBytes) }
    }

    /// Makes everything appended durable.
    ///
    /// - Returns: The durable position.
    /// - Throws: `failed`; it is never tried again.
    @discardableResult
    public func synchronize() throws(JournalError) -> LogPosition {
        if let failure { throw failure }
        guard durablePosition != end.position else { return durablePosition }
        try latching { () throws(JournalError) in
            try failing { () throws(DiskError) in try file.synchronize() }
        }
        totals.syncs += 1
        durablePosition = end.position
        return durablePosition
    }

    /// Makes everything durable and closes the files.
    ///
    /// The writer must not be used any more.
    public func close() throws(JournalError) {
        defer {
            maker.finish()
            file.close()
        }
        try synchronize()
    }

    private func write(_ frame: RawSpan, _ header: FrameHeader, chain: Hash128) throws(JournalError) -> FrameInfo {
        let count = UInt64(frame.byteCount)
        if offset + count > segment.segmentBytes || segment.role != role { try rotate(forFrameOf: count) }
        try latching { () throws(JournalError) in
            try failing { () throws(DiskError) in try file.write(frame, at: offset) }
        }
        let info = FrameInfo(
            position: header.position, chain: chain, segment: segment.number, offset: offset,
            storedBytes: frame.byteCount
        )
        offset += count
        end = JournalPoint(after: header, chain: chain)
        totals.frames += 1
        totals.storedBytes += count
        totals.payloadBytes += UInt64(header.rawLength)
        // Half a segment of warning is seconds at any rate that this machine can reach.
        if offset > segment.segmentBytes / 2 { maker.prepare() }
        return info
    }

    /// Begins a new segment.
    ///
    /// Everything before is durable first, so that only the last segment can have a torn tail.
    private func rotate(forFrameOf frameBytes: UInt64) throws(JournalError) {
        let configuration = directory.configuration
        let bytes = max(configuration.segmentBytes, UInt64(SegmentHeader.byteCount) + frameBytes)
        let path = try latching { () throws(JournalError) in try maker.ready(bytes) }
        try synchronize()
        let next = SegmentHeader(
            number: segment.number + 1, role: role, segmentBytes: bytes, start: end,
            predecessorEnd: offset
        )
        let opened = try latching { () throws(JournalError) in try directory.publish(path, next) }
        maker.taken(path)
        file.close()
        file = opened
        segment = next
        offset = UInt64(SegmentHeader.byteCount)
        totals.rotations += 1
    }

    /// Remembers a failure, so that every later call throws it too.
    ///
    /// Lack of space is not remembered.
    private func latching<Result>(
        _ body: () throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        do throws(JournalError) {
            return try body()
        } catch {
            if case .failed = error { failure = error }
            throw error
        }
    }
}
