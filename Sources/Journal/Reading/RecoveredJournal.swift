/// A journal that recovery has made ready to be continued.
public struct RecoveredJournal: Sendable {
    /// Where the journal is.
    public let configuration: JournalConfiguration
    /// Where it ends.
    ///
    /// Everything up to here is verified as documented and durable.
    public let end: JournalPoint
    /// The torn tail that was cut; nil when there was none.
    public let cut: TornTailCut?

    let segment: SegmentHeader
    let offset: UInt64

    /// Opens the journal to append at its end.
    ///
    /// Call it once; two writers would overwrite each other.
    public func makeWriter() throws(JournalError) -> JournalWriter {
        let directory = SegmentDirectory(configuration: configuration)
        return JournalWriter(
            directory: directory,
            segment: segment,
            file: try directory.open(segment.number, .write),
            offset: offset,
            end: end
        )
    }

    /// Opens a reader for the frames after a position; see ``JournalReader/init(_:after:contents:)``.
    public func makeReader(
        after position: LogPosition,
        contents: JournalReader.Contents = .payload
    ) throws(JournalError) -> JournalReader {
        try JournalReader(configuration, after: position, contents: contents)
    }
}
