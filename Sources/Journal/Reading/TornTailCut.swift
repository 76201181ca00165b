/// A torn tail that recovery cut off.
public struct TornTailCut: Hashable, Sendable {
    /// The path of the segment.
    public var file: String
    /// The offset from which on it is zero now.
    public var offset: UInt64
    /// The number of bytes cut.
    public var bytes: UInt64
    /// The sequence that the first frame cut began with; nothing from there on had been made durable.
    public var sequence: UInt64
    /// The path of the copy of the bytes.
    public var copy: String
}
