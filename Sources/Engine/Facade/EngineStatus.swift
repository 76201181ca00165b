public import Domain
public import Journal
public import Store

/// The status of an engine, for `/readyz?verbose`, `/metrics` and operators.
///
/// A consistent copy.
public struct EngineStatus: Sendable {
    /// Where the engine is in its life.
    public enum Phase: String, Sendable {
        /// Reading the journal's tail; answers nothing yet.
        case recovering
        /// Answering.
        case ready
        /// Answering what was accepted, accepting nothing new.
        case draining
        /// Writing stopped because the disk failed; an operator is needed.
        case failed
        /// Closed.
        case closed
    }

    /// Where the engine is in its life.
    public var phase: Phase
    /// The standing of the node among the nodes.
    public var standing: NodeStanding
    /// When claims are acknowledged.
    public var durability: Durability
    /// The last position that is decided and acknowledged.
    public var position: LogPosition
    /// The last position that is in LMDB.
    public var appliedPosition: LogPosition
    /// The log's time at ``position``.
    public var time: Timestamp
    /// Free bytes on the journal's file system.
    public var freeDiskBytes: Int64
    /// True if writes are refused because the disk is full.
    public var diskFull: Bool
    /// True if a frame is durable here and was not confirmed by enough followers in time: nothing is decided before.
    public var isWithheld: Bool
    /// Commands that wait for the sequencer.
    public var inboxDepth: Int
    /// The most commands that may wait.
    public var inboxCapacity: Int
    /// Bytes of the overlay.
    public var overlayBytes: Int
    /// Bytes of the filter of keys that are not there; 0 until it is in use.
    public var keyFilterBytes: Int
    /// The number of things that wait for their time, by kind, as of ``appliedPosition``.
    var waiting: PerCase<DeadlineKind, Int>
    /// Counts since the process started.
    public var counts: EngineCounts
    /// Sizes of LMDB.
    public var store: StoreStatistics?
    /// Bytes of all journal segments.
    public var journalBytes: Int64

    /// The number of things of a kind that wait for their time, as of ``appliedPosition``.
    public func waiting(_ kind: DeadlineKind) -> Int { waiting[kind] }
}
