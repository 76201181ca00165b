public import Replication

/// What a server needs to know when its node follows another one.
public struct ReplicaService: Sendable {
    /// What keeps the engine at the end of the log.
    public var follower: Follower
    /// The node is not ready while it is further behind than this.
    public var lagMillisecondsMax: Int64

    /// Describes it.
    public init(follower: Follower, lagMillisecondsMax: Int64) {
        self.follower = follower
        self.lagMillisecondsMax = lagMillisecondsMax
    }
}
