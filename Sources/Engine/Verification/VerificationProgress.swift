/// The progress of a verification.
public struct VerificationProgress: Sendable {
    /// The present step.
    public var step: String
    /// The bytes or records done.
    public var done: UInt64
    /// The bytes or records of the whole step; nil when they are not known beforehand.
    public var total: UInt64?
}
