/// The journal of a data directory.
public enum Journal {
    /// Brings a journal into a state that can be continued, and finds its end.
    ///
    /// Verifies the headers and links of all segments, and every frame from `position` on and in the last segment. The
    /// torn tail that a crash can leave is cut (a copy stays beside it), leftovers of a crash are removed, and the
    /// last segment is synchronised, so that everything up to the end is durable when this returns. A second call
    /// changes nothing, and a power cut at any moment of it does no harm.
    ///
    /// - Parameters:
    ///   - configuration: Where the journal is; the directory is made when it is missing.
    ///   - position: The position of the tables: the journal must reach it, and is verified from there on.
    ///   - origin: The point at which a new journal begins when there is none; nil refuses to begin one.
    /// - Returns: The journal, ready to be continued.
    /// - Throws: ``JournalError``: `damaged` (nothing was changed), `endsTooEarly`, `notRetained`, `wrongRole`,
    ///   `unsupportedVersion`, `noSpace`, `failed`.
    /// - Complexity: O(*n*) in the bytes from `position` on and of the last segment.
    public static func recover(
        _ configuration: JournalConfiguration,
        from position: LogPosition = JournalPoint.beginning.position,
        origin: JournalPoint? = .beginning
    ) throws(JournalError) -> RecoveredJournal {
        let directory = SegmentDirectory(configuration: configuration)
        try failing { () throws(DiskError) in try directory.disk.createDirectory(configuration.directory) }
        try directory.removeTemporaryFiles()
        var headers = try directory.headers()
        if headers.isEmpty {
            guard let origin, origin.position.sequence >= position.sequence else {
                throw .endsTooEarly(end: origin?.position ?? LogPosition(epoch: 0, sequence: 0), needed: position)
            }
            headers = [try create(directory, origin)]
        }
        try checkRoles(directory, headers)
        return try verify(directory, headers, from: position)
    }

    /// The segments that are there, oldest first.
    ///
    /// - Complexity: O(*n*) in the number of segments; reads a header of each.
    public static func segments(_ configuration: JournalConfiguration) throws(JournalError) -> [SegmentInfo] {
        let headers = try SegmentDirectory(configuration: configuration).headers()
        return headers.enumerated().map { index, header in
            SegmentInfo(
                number: header.number,
                file: SegmentDirectory.name(ofSegment: header.number),
                firstSequence: header.firstSequence,
                lastSequence: index + 1 < headers.count ? headers[index + 1].start.position.sequence : nil,
                bytes: header.segmentBytes
            )
        }
    }

    /// Removes the oldest segments that no reader needs.
    ///
    /// A segment goes when everything in it is at or before `position` and at least `keepingBytes` of segments stay.
    /// Whole segments only, oldest first, each removal durable before the next; never the last one. May be called
    /// while a writer writes.
    ///
    /// - Returns: The segments removed.
    @discardableResult
    public static func removeSegments(
        _ configuration: JournalConfiguration,
        before position: LogPosition,
        keepingBytes: UInt64 = 0
    ) throws(JournalError) -> [SegmentInfo] {
        var kept = try segments(configuration)
        var keptBytes = kept.reduce(0) { $0 + $1.bytes }
        var removed: [SegmentInfo] = []
        while let oldest = kept.first, let last = oldest.lastSequence, last <= position.sequence,
            keptBytes - oldest.bytes >= keepingBytes
        {
            try failing { () throws(DiskError) in
                try configuration.disk.remove(configuration.path(oldest.file))
                // Without this a power cut could bring an older segment back without the one behind it.
                try configuration.disk.synchronizeDirectory(configuration.directory)
            }
            keptBytes -= oldest.bytes
            removed.append(kept.removeFirst())
        }
        return removed
    }

    private static func create(
        _ directory: SegmentDirectory,
        _ origin: JournalPoint
    ) throws(JournalError) -> SegmentHeader {
        let configuration = directory.configuration
        let header = SegmentHeader(
            number: 1, role: configuration.role, segmentBytes: configuration.segmentBytes, start: origin,
            predecessorEnd: 0
        )
        let path = try SegmentMaker(directory: directory).ready(configuration.segmentBytes)
        try directory.publish(path, header).close()
        return header
    }

    private static func checkRoles(
        _ directory: SegmentDirectory,
        _ headers: [SegmentHeader]
    ) throws(JournalError) {
        // A promoted replica continues after its own segments; those of a primary are never taken for a replica's.
        guard let last = headers.last, last.role == .primary, directory.configuration.role == .replica else { return }
        throw .wrongRole(file: directory.path(ofSegment: last.number), found: last.role)
    }

    private static func verify(
        _ directory: SegmentDirectory,
        _ headers: [SegmentHeader],
        from position: LogPosition
    ) throws(JournalError) -> RecoveredJournal {
        guard let first = headers.first, let last = headers.last else { preconditionFailure("there is a segment") }
        guard first.start.position.sequence <= position.sequence else {
            throw .notRetained(position, oldest: first.start.position)
        }
        let start = headers.lastIndex { $0.start.position.sequence <= position.sequence } ?? 0
        for index in start..<headers.count - 1 {
            try verifyClosed(directory, headers[index], next: headers[index + 1])
        }
        let file = try directory.open(last.number, .write)
        let cursor = SegmentCursor(file: file, header: last)
        try checkSize(directory, last, file)
        let fault = try walk(cursor)
        guard cursor.point.position.sequence >= position.sequence else {
            if let fault {
                throw directory.damage(last.number, cursor.offset, cursor.point.position.sequence + 1, "\(fault)")
            }
            throw .endsTooEarly(end: cursor.point.position, needed: position)
        }
        let cut = try TornTail(directory: directory, cursor: cursor, fault: fault).cut()
        // Frames that a killed process wrote may be in the page cache only; now they are on stable storage. So is the
        // name of the last segment, should the power have gone between its rename and the directory's fsync.
        try failing { () throws(DiskError) in
            try file.synchronize()
            try directory.disk.synchronizeDirectory(directory.configuration.directory)
        }
        return RecoveredJournal(
            configuration: directory.configuration,
            end: cursor.point,
            cut: cut,
            segment: last,
            offset: cursor.offset
        )
    }

    /// Walks a segment that has a successor: its frames end exactly where the successor says.
    private static func verifyClosed(
        _ directory: SegmentDirectory,
        _ header: SegmentHeader,
        next: SegmentHeader
    ) throws(JournalError) {
        let file = try directory.open(header.number, .read)
        let cursor = SegmentCursor(file: file, header: header)
        while cursor.offset < next.predecessorEnd {
            let reason: String
            switch try cursor.next() {
            case .frame: continue
            case .fault(.unsupportedVersion(let version)): throw .unsupportedVersion(file: file.path, version: version)
            case .fault(let fault): reason = "\(fault)"
            case .end: reason = "the segment ends before the end that the next segment names"
            }
            throw directory.damage(header.number, cursor.offset, cursor.point.position.sequence + 1, reason)
        }
        guard cursor.offset == next.predecessorEnd, cursor.point == next.start else {
            throw directory.damage(
                next.number, 0, next.firstSequence, "the segment does not continue the one before it")
        }
    }

    private static func checkSize(
        _ directory: SegmentDirectory,
        _ header: SegmentHeader,
        _ file: any DiskFile
    ) throws(JournalError) {
        let size = try failing { () throws(DiskError) in try file.size() }
        guard size == header.segmentBytes else {
            let reason = "the file has \(size) bytes instead of \(header.segmentBytes)"
            throw directory.damage(header.number, min(size, header.segmentBytes), header.firstSequence, reason)
        }
    }

    /// Walks to the first place that is not a frame; nil when nothing was written there.
    private static func walk(_ cursor: SegmentCursor) throws(JournalError) -> FrameFault? {
        while true {
            switch try cursor.next() {
            case .frame: continue
            case .end: return nil
            case .fault(.unsupportedVersion(let version)):
                throw .unsupportedVersion(file: cursor.file.path, version: version)
            case .fault(let fault): return fault
            }
        }
    }
}
