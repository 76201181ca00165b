public import Domain
public import Journal

/// The answer to a submission.
public struct ClaimReply: Sendable {
    /// The submission's token.
    public var token: UInt64
    /// The outcome, or why there is none.
    public var result: Result<ClaimOutcome, EngineError>
    /// The position that the outcome is true at.
    public var position: LogPosition
    /// The log's time of the decision.
    public var time: Timestamp
}
