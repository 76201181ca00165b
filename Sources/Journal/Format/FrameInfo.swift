/// Where a frame was written.
public struct FrameInfo: Hashable, Sendable {
    /// The position of a state that contains the frame.
    public var position: LogPosition
    /// The chain hash of the frame.
    public var chain: Hash128
    /// The number of the segment.
    public var segment: UInt64
    /// The offset in the segment.
    public var offset: UInt64
    /// Bytes of the frame, header and padding included.
    public var storedBytes: Int
}
