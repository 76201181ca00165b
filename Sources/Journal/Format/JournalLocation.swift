/// A place in the files of one node's journal; means nothing on another node.
public struct JournalLocation: Hashable, Sendable {
    /// The number of the segment.
    public var segment: UInt64
    /// The offset in it.
    public var offset: UInt64
}
