public import Domain

/// Things counted since the process started.
public struct EngineCounts: Sendable {
    /// Claims by their outcome.
    public var claims = ClaimCounts()
    /// Things that fell due and were settled, by kind.
    var due = PerCase<DeadlineKind, UInt64>()
    /// Commands that changed the state.
    public var commands: UInt64 = 0
    /// Frames written.
    public var frames: UInt64 = 0
    /// Bytes of frames, as stored.
    public var frameBytes: UInt64 = 0
    /// The times of the journal's syncs, in nanoseconds.
    public var syncTimes = Histogram.nanoseconds
    /// The longest sync, in nanoseconds.
    public var syncNanosecondsMax: UInt64 = 0
    /// The numbers of commands of the batches.
    public var batchSizes = Histogram.commands
    /// LMDB commits.
    public var commits: UInt64 = 0
    /// LMDB readers of dead processes whose slots were freed.
    public var staleReaders: UInt64 = 0

    /// All zero.
    public init() {}

    /// The number of things of a kind that fell due and were settled.
    public func settled(_ kind: DeadlineKind) -> UInt64 { due[kind] }
}
