/// How far a rebuild has come.
public struct ProjectionProgress: Sendable {
    /// Records of the state that were read.
    public var done: UInt64
    /// Records that there are to read.
    public var total: UInt64
}
