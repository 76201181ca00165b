/// The files of a journal: their names, and the order they stand in.
struct SegmentDirectory: Sendable {
    private static let suffix = ".journal"
    private static let temporarySuffix = ".journal-tmp"
    private static let digits = 20

    let configuration: JournalConfiguration

    var disk: any Disk { configuration.disk }

    /// The path of the file of a segment.
    func path(ofSegment number: UInt64) -> String {
        configuration.path(Self.name(ofSegment: number))
    }

    /// The path of a file in the making; recovery removes such files.
    func temporaryPath(_ stem: String) -> String {
        configuration.path(stem + Self.temporarySuffix)
    }

    static func name(ofSegment number: UInt64) -> String {
        let text = String(number)
        return String(repeating: "0", count: digits - text.count) + text + suffix
    }

    /// The number in the name of a segment; nil for every other name.
    static func number(ofName name: String) -> UInt64? {
        guard name.hasSuffix(suffix), name.utf8.count == digits + suffix.utf8.count else { return nil }
        return UInt64(name.prefix(digits))
    }

    /// The numbers of the segments that are there, ascending.
    func numbers() throws(JournalError) -> [UInt64] {
        try failing { () throws(DiskError) in
            try disk.list(configuration.directory).compactMap(Self.number(ofName:)).sorted()
        }
    }

    /// Removes the temporary files that a crash has left.
    func removeTemporaryFiles() throws(JournalError) {
        try failing { () throws(DiskError) in
            for name in try disk.list(configuration.directory) where name.hasSuffix(Self.temporarySuffix) {
                try disk.remove(configuration.path(name))
            }
        }
    }

    /// Reads and verifies the header of a segment.
    func header(_ file: any DiskFile, number: UInt64) throws(JournalError) -> SegmentHeader {
        var block = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
        let count = try failing { () throws(DiskError) -> Int in
            var span = block.mutableSpan
            var bytes = unsafe span.mutableBytes
            return try file.read(into: &bytes, at: 0)
        }
        do throws(SegmentHeader.Fault) {
            let header = try unsafe SegmentHeader(decoding: block.span.bytes.extracting(0..<count))
            guard header.number == number else { throw .damaged("the segment header has number \(header.number)") }
            return header
        } catch {
            switch error {
            case .damaged(let reason):
                throw .damaged(JournalDamage(file: file.path, offset: 0, sequence: 0, reason: reason))
            case .unsupportedVersion(let version):
                throw .unsupportedVersion(file: file.path, version: version)
            }
        }
    }

    /// Runs `body`, and again when a segment that it found is removed before it is opened: retention takes the oldest
    /// ones while others read.
    ///
    /// Every repetition finds fewer segments, so this ends.
    ///
    /// - Throws: the error of `body`; that a file is missing only where it was found twice.
    func despiteRemovals<Result>(_ body: () throws(JournalError) -> Result) throws(JournalError) -> Result {
        var missing: String?
        while true {
            do throws(JournalError) {
                return try body()
            } catch {
                guard case .failed(let failure) = error, failure.operation == .open, failure.isMissing,
                    failure.path != missing
                else { throw error }
                missing = failure.path
            }
        }
    }

    /// The headers of all segments, in order, after checking that none is missing in the middle.
    func headers() throws(JournalError) -> [SegmentHeader] {
        try despiteRemovals { () throws(JournalError) in try listedHeaders() }
    }

    private func listedHeaders() throws(JournalError) -> [SegmentHeader] {
        var headers: [SegmentHeader] = []
        for number in try numbers() {
            let file = try open(number, .read)
            defer { file.close() }
            let header = try header(file, number: number)
            if let last = headers.last {
                guard last.number + 1 == number else {
                    throw damage(last.number + 1, 0, header.firstSequence, "the segment is missing")
                }
                guard last.start.position <= header.start.position else {
                    throw damage(number, 0, header.firstSequence, "the segment begins before the one before it")
                }
            }
            headers.append(header)
        }
        return headers
    }

    func open(_ number: UInt64, _ access: FileAccess) throws(JournalError) -> any DiskFile {
        try failing { () throws(DiskError) in try disk.open(path(ofSegment: number), access) }
    }

    func damage(_ number: UInt64, _ offset: UInt64, _ sequence: UInt64, _ reason: String) -> JournalError {
        .damaged(JournalDamage(file: path(ofSegment: number), offset: offset, sequence: sequence, reason: reason))
    }

    /// The error for a failed write: lack of room where nothing is half done, failure otherwise.
    func spaceOrFailure(_ error: DiskError) -> JournalError {
        guard error.isOutOfSpace else { return .failed(error) }
        // The figure is only for the message; 0 stands for a disk that does not even answer this.
        return .noSpace(freeBytes: (try? disk.freeBytes(configuration.directory)) ?? 0)
    }
}

/// Turns a disk error into a journal error.
func failing<Result>(_ body: () throws(DiskError) -> Result) throws(JournalError) -> Result {
    do throws(DiskError) { return try body() } catch { throw .failed(error) }
}

extension SegmentDirectory {
    /// Turns a prepared file into a segment: header, synchronisation, rename, synchronisation of the directory.
    ///
    /// A file with the name of a segment therefore always has its header and its full size, whenever the power goes.
    ///
    /// - Throws: `noSpace` when the rename finds no room (nothing has changed then); `failed`.
    func publish(_ path: String, _ header: SegmentHeader) throws(JournalError) -> any DiskFile {
        let file = try failing { () throws(DiskError) in
            let file = try disk.open(path, .write)
            try unsafe file.write(header.encoded().span.bytes, at: 0)
            try file.synchronize()
            return file
        }
        do throws(DiskError) {
            try disk.rename(path, to: self.path(ofSegment: header.number))
        } catch {
            file.close()
            throw spaceOrFailure(error)
        }
        try failing { () throws(DiskError) in try disk.synchronizeDirectory(configuration.directory) }
        return file
    }
}
