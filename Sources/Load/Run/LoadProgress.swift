/// The progress of a load, for display.
public struct LoadProgress: Sendable {
    /// The phase.
    public var phase: String
    /// Seconds since the load began.
    public var seconds: Double
    /// Seconds of the whole load.
    public var ofSeconds: Double
    /// Answers in the newest whole second.
    public var rate: Int
    /// In milliseconds, so far.
    public var p99: Double
    /// Errors so far.
    public var errors: Int
}
