/// How far a verification has come.
public struct VerificationProgress: Sendable {
    /// What is being looked at.
    public var step: String
    /// How much of it is done: bytes or records.
    public var done: UInt64
    /// How much there is; nil when that is not known beforehand.
    public var total: UInt64?
}
