internal import Foundation
public import Journal

/// A journal as it stands on the disk, looked at without changing anything; also beside the server that writes it.
public struct JournalView: Sendable {
    /// An unfinished end: the frame that a running server is writing, or what a crash left.
    public struct UnfinishedTail: Sendable {
        /// The path of the segment.
        public var file: String
        /// Where it begins.
        public var offset: UInt64
        /// The number of bytes.
        public var bytes: UInt64
    }

    /// The segments, oldest first; never empty.
    public let segments: [SegmentInfo]
    /// Where the oldest segment begins.
    public let oldest: LogPosition
    /// Where the journal ends: the last whole frame.
    public let end: JournalPoint
    /// The bytes after the end; the next start cuts them.
    public let tail: UnfinishedTail?
    private let configuration: JournalConfiguration

    /// Looks at the journal of a data directory.
    ///
    /// The last segment is judged by the rules of a start. While a server writes, a half-seen frame can look like
    /// damage; what looks damaged is therefore looked at again, and believed when it stays as it is.
    ///
    /// - Parameters:
    ///   - directory: The data directory.
    ///   - role: The role of its node.
    /// - Throws: `JournalError`: `damaged` names file and offset; `endsTooEarly` when there is no segment.
    /// - Complexity: O(*n*) in the bytes of the last segment.
    public init(dataDirectory directory: String, role: JournalRole = .primary) throws(JournalError) {
        let configuration = JournalConfiguration(
            disk: VerificationDisk(), directory: directory + "/journal", role: role)
        var seen: JournalError?
        var sightings = 0
        while true {
            do throws(JournalError) {
                try self.init(configuration)
                return
            } catch {
                sightings = seen == error ? sightings + 1 : 1
                seen = error
                if sightings == JournalView.sightingsToBelieve { throw error }
                Thread.sleep(forTimeInterval: JournalView.secondsBetweenSightings)
            }
        }
    }

    static let sightingsToBelieve = 3
    static let secondsBetweenSightings = 0.05

    private init(_ configuration: JournalConfiguration) throws(JournalError) {
        self.configuration = configuration
        segments = try Journal.segments(configuration)
        guard let last = segments.last else {
            throw .endsTooEarly(end: LogPosition(epoch: 0, sequence: 0), needed: JournalPoint.beginning.position)
        }
        oldest = try JournalView.oldestPosition(configuration)
        let start = LogPosition(epoch: 0, sequence: last.firstSequence - 1)
        let recovered = try Journal.recover(configuration, from: start, origin: nil)
        end = recovered.end
        tail = recovered.cut.map { UnfinishedTail(file: $0.file, offset: $0.offset, bytes: $0.bytes) }
    }

    /// Where the oldest retained segment begins: what a reader that asks for the very first frame is told.
    private static func oldestPosition(_ configuration: JournalConfiguration) throws(JournalError) -> LogPosition {
        let beginning = JournalPoint.beginning.position
        do throws(JournalError) {
            return try JournalReader(configuration, after: beginning, contents: .frame).point.position
        } catch {
            guard case .notRetained(_, let oldest) = error else { throw error }
            return oldest
        }
    }

    /// Bytes of all segments.
    public var bytes: UInt64 { segments.reduce(0) { $0 + $1.bytes } }

    /// Bytes of the segments before one: how far a reader at its beginning is.
    public func bytes(before segment: UInt64) -> UInt64 {
        segments.filter { $0.number < segment }.reduce(0) { $0 + $1.bytes }
    }

    /// A reader of the frames after a position; read with `JournalReader/next(through:)` up to ``end``.
    public func makeReader(
        after position: LogPosition, contents: JournalReader.Contents = .payload
    ) throws(JournalError) -> JournalReader {
        try JournalReader(configuration, after: position, contents: contents)
    }
}
