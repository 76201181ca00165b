/// The progress of a rebuild.
public struct ProjectionProgress: Sendable {
    /// Records of the state that were read.
    public var done: UInt64
    /// Records that there are to read.
    public var total: UInt64
}
