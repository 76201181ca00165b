/// Reads the frames after a position in order, verifying each, and continues when the journal has grown.
///
/// Confined to one thread at a time. Any number of readers may read while one writer writes: a reader looks at
/// nothing beyond the durable position that its caller passes.
public final class JournalReader {
    /// The part of a frame that the reader lends.
    public enum Contents: Sendable {
        /// The payload, decompressed: to apply it.
        case payload
        /// The whole frame as stored: to send it. Nothing is decompressed.
        case frame
    }

    /// The place behind the last frame returned, or where reading began.
    public var point: JournalPoint { cursor.point }
    /// The segment the reader is in.
    public var segment: UInt64 { cursor.header.number }
    /// The offset in that segment at which the next frame begins.
    public var offset: UInt64 { cursor.offset }

    /// Where in the files the next frame begins.
    public var location: JournalLocation { JournalLocation(segment: segment, offset: offset) }

    private let directory: SegmentDirectory
    private let contents: Contents
    private let decoder: FrameDecoder?
    private var cursor: SegmentCursor
    private var current: FrameHeader?

    /// Opens a reader at a position.
    ///
    /// - Parameters:
    ///   - configuration: Where the journal is.
    ///   - position: The position of the state that the caller has; the first frame is the one after it. Its epoch is
    ///     compared with the frame that ends there. It must be durable.
    ///   - contents: The part of each frame to lend.
    /// - Throws: `notRetained`, `unknownPosition`, `damaged`, `failed`.
    /// - Complexity: O(*n*) in the bytes of one segment, which is verified up to the position.
    public init(
        _ configuration: JournalConfiguration,
        after position: LogPosition,
        contents: Contents = .payload
    ) throws(JournalError) {
        directory = SegmentDirectory(configuration: configuration)
        self.contents = contents
        decoder = contents == .payload ? FrameDecoder() : nil
        cursor = try directory.despiteRemovals { [directory] () throws(JournalError) in
            try Self.cursor(directory, position)
        }
        while cursor.point.position.sequence < position.sequence {
            guard let header = try nextHeader(position.sequence) else { throw .unknownPosition(position) }
            guard header.lastSequence <= position.sequence else { throw .unknownPosition(position) }
        }
        // Before the first command there is no frame whose epoch could differ.
        guard position.sequence == 0 || cursor.point.position == position else { throw .unknownPosition(position) }
    }

    /// Opens a reader at the beginning of the segment that has a command, to look for what is near it.
    ///
    /// - Parameters:
    ///   - configuration: The journal's files.
    ///   - command: The command, found by its sequence whatever its epoch; nil: the oldest that is there.
    ///   - contents: The part of each frame to lend.
    /// - Throws: `notRetained` when the command is no longer there, `damaged`, `failed`.
    /// - Complexity: O(*n*) in the number of segments.
    public init(
        _ configuration: JournalConfiguration, inSegmentOf command: LogPosition?, contents: Contents = .payload
    ) throws(JournalError) {
        directory = SegmentDirectory(configuration: configuration)
        self.contents = contents
        decoder = contents == .payload ? FrameDecoder() : nil
        cursor = try directory.despiteRemovals { [directory] () throws(JournalError) in
            try Self.cursor(directory, inSegmentOf: command)
        }
    }

    /// Reads the next frame; nil when the durable part of the journal ends here, so ask again later.
    ///
    /// - Parameter durable: The position up to which the journal is durable: the writer's
    ///   ``JournalWriter/durablePosition``, or the end that recovery found.
    /// - Returns: The place of the frame, whose contents ``withContents(_:)`` lends.
    /// - Throws: `damaged` (nothing of the frame is lent), `failed`, `notRetained` when retention overtook the reader.
    public func next(through durable: LogPosition) throws(JournalError) -> FrameHeader? {
        current = nil
        guard cursor.point.position.sequence < durable.sequence else { return nil }
        guard let header = try nextHeader(durable.sequence) else {
            throw damage("the journal ends before \(durable), which was durable")
        }
        if header.isCompressed, let decoder {
            try cursor.withFrame { (frame) throws(JournalError) in
                let end = FrameHeader.byteCount + header.storedLength
                do throws(FrameFault) {
                    try decoder.decompress(frame.extracting(FrameHeader.byteCount..<end), rawLength: header.rawLength)
                } catch {
                    throw damage("\(error)")
                }
            }
        }
        current = header
        return header
    }

    /// Lends the frame that ``next(through:)`` returned last: its payload or its stored bytes, as the reader was made.
    ///
    /// - Precondition: The last call of ``next(through:)`` returned a frame.
    public func withContents<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let header = current else { preconditionFailure("there is a frame to lend only after next returned one") }
        if header.isCompressed, let decoder { return try decoder.withDecompressed(header.rawLength, body) }
        return try cursor.withFrame { (frame) throws(Failure) in
            guard contents == .payload else { return try body(frame) }
            return try body(frame.extracting(FrameHeader.byteCount..<FrameHeader.byteCount + header.storedLength))
        }
    }

    /// Verifies the next frame, in this segment or the one after it; nil when there is no next segment.
    private func nextHeader(_ durable: UInt64) throws(JournalError) -> FrameHeader? {
        while true {
            let step = try cursor.next(durable: durable)
            if case .frame(let header) = step { return header }
            if try enterNextSegment() { continue }
            switch step {
            case .fault(.unsupportedVersion(let version)):
                throw .unsupportedVersion(file: cursor.file.path, version: version)
            case .fault(let fault): throw damage("\(fault)")
            case .end, .frame: return nil
            }
        }
    }

    /// Goes to the next segment if it says that the present one ends here.
    private func enterNextSegment() throws(JournalError) -> Bool {
        try directory.despiteRemovals { () throws(JournalError) in try enterListedSegment() }
    }

    private func enterListedSegment() throws(JournalError) -> Bool {
        let number = cursor.header.number + 1
        let numbers = try directory.numbers()
        guard numbers.contains(number) else {
            guard let oldest = numbers.first, oldest > number else { return false }
            let header = try directory.header(directory.open(oldest, .read), number: oldest)
            throw .notRetained(cursor.point.position, oldest: header.start.position)
        }
        let file = try directory.open(number, .read)
        let header = try directory.header(file, number: number)
        guard header.predecessorEnd == cursor.offset, header.start == cursor.point else {
            file.close()
            return false
        }
        cursor = SegmentCursor(file: file, header: header)
        return true
    }

    private func damage(_ reason: String) -> JournalError {
        directory.damage(cursor.header.number, cursor.offset, cursor.point.position.sequence + 1, reason)
    }

    /// A cursor at the beginning of the segment that contains the end of a position.
    private static func cursor(
        _ directory: SegmentDirectory,
        _ position: LogPosition
    ) throws(JournalError) -> SegmentCursor {
        let headers = try directory.headers()
        guard let first = headers.first else { throw .unknownPosition(position) }
        guard let header = headers.last(where: { $0.start.position.sequence <= position.sequence }) else {
            throw .notRetained(position, oldest: first.start.position)
        }
        return SegmentCursor(file: try directory.open(header.number, .read), header: header)
    }

    /// A cursor at the beginning of the segment that has a command; nil: of the oldest.
    private static func cursor(
        _ directory: SegmentDirectory, inSegmentOf command: LogPosition?
    ) throws(JournalError) -> SegmentCursor {
        let headers = try directory.headers()
        guard let oldest = headers.first else { throw .unknownPosition(JournalPoint.beginning.position) }
        let header =
            command.map { command in headers.last { $0.start.position.sequence < max(command.sequence, 1) } }
            ?? .some(oldest)
        guard let header else {
            throw .notRetained(command ?? JournalPoint.beginning.position, oldest: oldest.start.position)
        }
        return SegmentCursor(file: try directory.open(header.number, .read), header: header)
    }
}
