/// A segment of a journal.
public struct SegmentInfo: Hashable, Sendable {
    /// Counts the segments of a journal, from 1.
    public var number: UInt64
    /// The name of its file.
    public var file: String
    /// The sequence that its first frame begins with.
    public var firstSequence: UInt64
    /// The last sequence in it; nil for the last segment, which still grows.
    public var lastSequence: UInt64?
    /// Bytes of its file.
    public var bytes: UInt64
}
