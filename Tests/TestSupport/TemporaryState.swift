internal import Journal
public import Store

/// A store with its transaction and no journal: what tests of tables and decisions run on.
public final class TemporaryState {
    /// The tables on disk.
    public let store: StateStore
    /// The transaction that decisions write to.
    public let transaction: Transaction
    private var point = JournalPoint.beginning
    private var replay: FrameReplay
    // The last property: the store must be closed before its directory goes.
    private let directory: TemporaryDirectory

    /// Makes an empty store with the given tables.
    public init(tables: [TableDefinition], projections: [any Projection] = []) throws {
        directory = try TemporaryDirectory("state")
        store = try StateStore.open(
            path: directory.path, tables: tables, projections: projections, mapBytes: 1 << 30)
        transaction = try store.transaction()
        replay = FrameReplay(store: store)
    }

    /// Brings everything staged into LMDB, through the bytes of a frame as a replica would, and returns what is there.
    @discardableResult
    public func commit() throws -> Snapshot {
        try finishFrame()
        guard !replay.isEmpty else { return try store.snapshot() }
        _ = transaction.sealLayer(reusing: nil)
        try store.apply(replay.seal(), leadingTo: point)
        transaction.rebase(onto: try store.snapshot(), appliedLayers: 1)
        return try store.snapshot()
    }

    /// Ends a batch without bringing it into LMDB yet.
    public func finishFrame() throws {
        guard transaction.hasChanges else { return }
        var buffer = FrameBuffer()
        transaction.encodeFrame(into: &buffer)
        point.position.sequence += 1
        point.digest = transaction.digest
        try replay.add(payload: buffer.bytes.bytes, at: point.position)
        transaction.finishFrame()
    }
}
