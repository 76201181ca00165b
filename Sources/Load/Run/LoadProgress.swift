/// How far a load is, for whoever watches.
public struct LoadProgress: Sendable {
    /// The phase.
    public var phase: String
    /// Since the load began.
    public var seconds: Double
    /// How long it will be.
    public var ofSeconds: Double
    /// Answers in the newest whole second.
    public var rate: Int
    /// In milliseconds, so far.
    public var p99: Double
    /// Errors so far.
    public var errors: Int
}
