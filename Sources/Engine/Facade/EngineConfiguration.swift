public import Journal
public import Store

/// The settings of an engine.
///
/// Every default is meant for production.
public struct EngineConfiguration: Sendable {
    /// The data directory; made if it does not exist.
    public var directory: String
    /// The role of the node: it decides or follows.
    public var role = JournalRole.primary
    /// The durability mode, which says when claims are acknowledged.
    public var durability: Durability = .fsync
    /// The number of followers that must have a frame on disk before it is acknowledged.
    public var syncReplicas = 0
    /// Milliseconds that a frame waits for them before its commands are answered "outcome unknown".
    public var syncReplicasTimeoutMilliseconds = 2000
    /// Commands that may wait; beyond it, claims are refused with ``EngineError/Code/overloaded``.
    public var inboxCapacity = 65_536
    /// The most commands in one frame.
    public var batchCommandsMax = 16_384
    /// Size of a journal segment.
    public var segmentBytes = 64 << 20
    /// Applied segments are kept until the journal is larger than this.
    public var journalRetentionBytes: Int64 = 1 << 30
    /// The applier commits when the overlay's active layer has this many keys.
    public var layerEntries = 300_000
    /// The applier commits when the active layer has this many bytes.
    public var layerBytes = 32 << 20
    /// The applier commits when the active layer is this old; earlier when a reader waits.
    public var commitIntervalMilliseconds = 500
    /// Below this much free space the engine takes no more writes.
    public var freeDiskBytesMin: Int64 = 128 << 20
    /// Address space for LMDB; nil means the store's default.
    public var mapBytes: Int?
    /// The derived tables that are kept up to date while applying, beside the indexes that every node keeps
    /// (`StateIndexes`): `MetricsProjection`, for `Metrics` to read.
    ///
    /// The first start with one computes it from the tables.
    public var projections: [any Projection] = []
    /// True if this start computes the derived tables anew although they are up to date: after a verification that
    /// found them wrong.
    public var rebuildsDerived = false

    /// Configures an engine on a directory.
    public init(directory: String) {
        self.directory = directory
    }
}
