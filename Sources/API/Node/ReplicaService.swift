public import Replication

/// The follower of a node and the lag that its readiness allows.
public struct ReplicaService: Sendable {
    /// The follower, which keeps the engine at the end of the log.
    public var follower: Follower
    /// The lag in milliseconds above which the node is not ready.
    public var lagMillisecondsMax: Int64

    /// Makes the value from its parts.
    public init(follower: Follower, lagMillisecondsMax: Int64) {
        self.follower = follower
        self.lagMillisecondsMax = lagMillisecondsMax
    }
}
