public import Journal

/// The sequencer's view of the state and its only way to change it: reads through the overlay, staged writes.
///
/// Reads look into the active layer, then the sealed ones, then the LMDB snapshot. Writes go to the active layer and
/// are listed for the frame of the current batch; a mark taken before a command takes back everything the command
/// wrote. A staged write is not durable: it becomes visible to others when its frame is on stable storage.
///
/// - Invariant: ``digest`` is the sum of the hashes of all records of the view.
/// - Confined to the thread that owns it; not `Sendable`.
public final class Transaction: StateReading {
    /// The parts that the hot path touches, behind a pointer for the reason given at ``Layer``.
    ///
    /// Valid as long as the object.
    private let staging: UnsafeMutablePointer<Staging>
    private var activeLayer: Layer

    init(base: Snapshot, digest: Hash128) {
        activeLayer = Layer(entriesExpected: 1 << 16)
        staging = .allocate(capacity: 1)
        staging.initialize(to: Staging(active: activeLayer.storage, base: base, digest: digest))
    }

    deinit {
        staging.deinitialize(count: 1)
        staging.deallocate()
    }

    // MARK: Reading

    /// Lends the newest value under a key; nil when there is none.
    ///
    /// - Complexity: one probe per layer, then O(log *n*) page reads.
    @inlinable
    @inline(__always)
    public func read<Result>(_ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result) -> Result? {
        guard let value = lookUp(table, key) else { return nil }
        return decode(value.bytes)
    }

    @usableFromInline
    func lookUp(_ table: TableID, _ key: borrowing Key) -> UnsafeRawBufferPointer? {
        key.withBytes { staging.pointee.lookUp(table, $0, StateHash.key(table, $0)) }
    }

    /// Reads, and remembers where: see ``StateReading/locate(_:_:_:)``.
    @inlinable
    @inline(__always)
    public func locate<Result>(
        _ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result
    ) -> (result: Result?, spot: RecordSpot?) {
        let (value, spot) = find(table, key)
        return (value.map { decode($0.bytes) }, spot)
    }

    @usableFromInline
    func find(_ table: TableID, _ key: borrowing Key) -> (value: UnsafeRawBufferPointer?, spot: RecordSpot) {
        key.withBytes { staging.pointee.locate(table, $0, StateHash.key(table, $0)) }
    }

    // MARK: Watching

    /// Counts the changes of these tables as well in ``watchedVersion``, from now on.
    public func watch(_ tables: TableSet) { staging.pointee.watched.formUnion(tables) }

    /// A number that is another one after every change of a record of a watched table.
    ///
    /// Values read from these tables are still true while it stays the same.
    public var watchedVersion: UInt64 { staging.pointee.watchedVersion }

    // MARK: Writing

    /// The next number of the one ascending sequence that everything is numbered by.
    ///
    /// From 1.
    public func allocateNumber() -> UInt64 {
        staging.pointee.allocateNumbers(1)
    }

    /// Takes the next numbers of the sequence, one after the other; returns the first.
    ///
    /// - Parameter count: The number of numbers, at least 1.
    /// - Returns: The first of them.
    public func allocateNumbers(_ count: UInt64) -> UInt64 {
        precondition(count > 0, "at least one number is taken")
        return staging.pointee.allocateNumbers(count)
    }

    /// Lets new numbers begin at `number` or higher.
    public func advanceNumbers(to number: UInt64) {
        staging.pointee.nextNumber = max(staging.pointee.nextNumber, number)
    }

    /// Counts the numbers that the command has taken as a change, for one that stores nothing under them: its frame logs
    /// them, so that nothing gets them again after a restart.
    public func keepNumbers() { staging.pointee.writeCount += 1 }

    /// Stores a record under a key that is absent.
    ///
    /// - Precondition: the key is absent from the view: made of a fresh number, or looked for just before.
    public func insert(_ table: TableID, _ key: borrowing Key, _ write: (inout ValueWriter) -> Void) {
        key.withBytes { bytes in
            let hash = StateHash.key(table, bytes)
            assert(staging.pointee.lookUp(table, bytes, hash) == nil, "insert needs a key that is absent")
            staging.pointee.insert(table, bytes, hash, write)
        }
    }

    /// Stores a record under a key that was looked for in vain.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The key.
    ///   - spot: The result of ``locate(_:_:_:)`` for this key.
    ///   - write: Writes the value.
    public func insert(
        _ table: TableID, _ key: borrowing Key, at spot: RecordSpot?, _ write: (inout ValueWriter) -> Void
    ) {
        guard let spot else { return insert(table, key, write) }
        key.withBytes { bytes in
            assert(staging.pointee.lookUp(table, bytes, spot.hash) == nil, "insert needs a key that is absent")
            assert(
                staging.pointee.locate(table, bytes, spot.hash).spot.index == spot.index,
                "a spot is used in the command that has looked for it")
            staging.pointee.insert(table, bytes, at: spot, write)
        }
    }

    /// Stores a record in place of the one that was found.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The key; made only where the record is not in memory yet.
    ///   - spot: The result of ``locate(_:_:_:)`` for this key.
    ///   - write: Writes the value.
    public func put(
        _ table: TableID, _ key: @autoclosure () -> Key, at spot: RecordSpot?, _ write: (inout ValueWriter) -> Void
    ) {
        if let spot, staging.pointee.replace(at: spot, write) { return }
        put(table, key(), write)
    }

    /// Stores a record that is made from the one before it.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The key.
    ///   - decode: Reads the record that is there.
    ///   - write: Writes the new value; it gets the result of `decode`, or nil where there is no record.
    @inlinable
    @inline(__always)
    public func update<Value>(
        _ table: TableID, _ key: borrowing Key, reading decode: (RawSpan) -> Value,
        _ write: (Value?, inout ValueWriter) -> Void
    ) {
        change(table, key) { old, writer in write(old.map { decode($0.bytes) }, &writer) }
    }

    @usableFromInline
    func change(
        _ table: TableID, _ key: borrowing Key, _ write: (UnsafeRawBufferPointer?, inout ValueWriter) -> Void
    ) {
        key.withBytes { staging.pointee.update(table, $0, write) }
    }

    /// Stores a record whether or not the key has one.
    public func put(_ table: TableID, _ key: borrowing Key, _ write: (inout ValueWriter) -> Void) {
        key.withBytes { staging.pointee.put(table, $0, write) }
    }

    /// Removes a record.
    ///
    /// - Precondition: the key has a record.
    public func remove(_ table: TableID, _ key: borrowing Key) {
        key.withBytes { staging.pointee.remove(table, $0) }
    }

    // MARK: Events

    /// The place, from 0, that the next command which changes something has among those of the batch: the one that
    /// events belong to.
    public var commandInFrame: UInt32 {
        get { staging.pointee.events.command }
        set { staging.pointee.events.command = newValue }
    }

    /// Writes down that something has happened, for the frame of the batch.
    ///
    /// Changes no record and no digest; is taken back with what the command wrote.
    ///
    /// - Parameters:
    ///   - kind: The number of the kind; not 0.
    ///   - actor: The one whose doing it is.
    ///   - tenant: The tenant whose it is.
    ///   - subject: The thing it happened to.
    public func note(event kind: UInt8, actor: UInt64, tenant: UInt32, subject: UInt64) {
        staging.pointee.events.append(kind: kind, actor: actor, tenant: tenant, subject: subject)
    }

    /// Writes down that something has happened, with data that are to be told of it.
    ///
    /// - Parameters:
    ///   - kind: The number of the kind; not 0.
    ///   - actor: The one whose doing it is.
    ///   - tenant: The tenant whose it is.
    ///   - subject: The thing it happened to.
    ///   - data: The data.
    public func note(event kind: UInt8, actor: UInt64, tenant: UInt32, subject: UInt64, data: [UInt8]) {
        staging.pointee.events.append(kind: kind, actor: actor, tenant: tenant, subject: subject, data: data)
    }

    /// The number of events that the batch has.
    public var eventCount: Int { staging.pointee.events.notes.count }

    // MARK: Taking back

    /// Where a command began, so that all it wrote can be taken back.
    public struct Mark {
        let undo: UndoLog.Mark
        let touched: Int
        let writeCount: Int
        let untouchedDigest: Hash128
        let nextNumber: UInt64
        let recordedNumber: UInt64
        let events: EventNotes.Mark
    }

    /// Remembers the present point of the batch.
    public func mark() -> Mark {
        staging.pointee.mark()
    }

    /// Takes back everything written since the mark.
    public func rollBack(to mark: Mark) {
        staging.pointee.rollBack(to: mark)
    }

    // MARK: The batch

    /// The digest of the state including everything staged.
    public var digest: Hash128 { staging.pointee.digest() }

    /// The tables that the current batch has written to.
    public var touchedTables: TableSet { staging.pointee.touchedTables }

    /// True if the current batch has changed anything.
    public var hasChanges: Bool { !staging.pointee.touched.isEmpty }

    /// The number of writes of the current batch; a command that leaves it as it was has changed nothing.
    public var writeCount: Int { staging.pointee.writeCount }

    /// Visits the keys of one table that the current batch has given a value.
    public func forEachWritten(_ table: TableID, _ visit: (RawSpan) -> Void) {
        let layer = activeLayer.storage
        for index in staging.pointee.touched {
            let entry = layer.pointee.entries[Int(index)]
            guard entry.table == table, entry.state == .present else { continue }
            visit(layer.pointee.key(Int(index)).bytes)
        }
    }

    /// Visits the keys of one table that a layer of the overlay has given a value, in no order; some may be gone since.
    ///
    /// - Complexity: O(keys in the overlay).
    public func forEachInOverlay(_ table: TableID, _ visit: (RawSpan) -> Void) {
        for layer in [activeLayer] + staging.pointee.sealed {
            for index in 0..<layer.count {
                let entry = layer.storage.pointee.entries[index]
                guard entry.table == table, entry.state == .present else { continue }
                visit(layer.storage.pointee.key(index).bytes)
            }
        }
    }

    /// The commit below the overlay, to be walked in key order.
    ///
    /// Valid until ``rebase(onto:appliedLayers:)``.
    public var base: Snapshot { staging.pointee.base }

    /// Writes the effects of the batch, in the form of `docs/formats/journal.md`, into `buffer` (emptied before).
    ///
    /// The batch's last word on each key counts; the sequence of numbers is recorded with it, and its events stand at the
    /// end.
    public func encodeFrame(into buffer: inout FrameBuffer) {
        staging.pointee.recordNumber()
        buffer.removeAll()
        FrameBody.encode(staging.pointee.touched, of: activeLayer.storage, into: &buffer)
        let saysNumber = touchedTables.contains(NumberSequence.table)
        FrameEvents.encode(
            staging.pointee.events, base: saysNumber ? staging.pointee.nextNumber : 0, into: &buffer)
    }

    /// Takes over the effects of a frame that another node has decided: they are as good as this node's own.
    ///
    /// - Parameters:
    ///   - payload: The frame's body.
    ///   - position: The position of the frame.
    ///   - digest: The state's digest after the frame, as the frame says; proven when the layer is applied.
    ///   - visit: Called with every key that the frame changes, in the frame's order; the bytes are lent for the call.
    /// - Throws: ``StoreError`` `malformedFrame`; the view is not to be used any more then.
    /// - Precondition: between batches.
    public func adopt(
        payload: RawSpan, at position: LogPosition, digest: Hash128,
        visit: (TableID, UnsafeRawBufferPointer) -> Void = { _, _ in }
    ) throws(StoreError) {
        precondition(!hasChanges, "frames are taken over between batches")
        try staging.pointee.adopt(payload, at: position, digest: digest, visit)
    }

    /// Ends the batch: what it wrote cannot be taken back any more.
    public func finishFrame() {
        staging.pointee.finishFrame()
    }

    // MARK: Layers

    /// Bytes that the overlay holds in memory.
    public var overlayBytes: Int { staging.pointee.sealed.reduce(activeLayer.bytes) { $0 + $1.bytes } }

    /// Bytes and entries of the active layer: what decides when it is sealed.
    public var activeLayerSize: (bytes: Int, entries: Int) { (activeLayer.bytes, activeLayer.count) }

    /// Closes the active layer for the applier and begins a new one.
    ///
    /// - Parameter recycled: A layer that was applied and dropped, whose memory is used again.
    /// - Returns: The sealed layer.
    /// - Precondition: between batches.
    public func sealLayer(reusing recycled: SealedLayer?) -> SealedLayer {
        precondition(!hasChanges, "a layer is sealed between batches")
        let closed = activeLayer
        activeLayer = recycled?.takeForReuse() ?? Layer(entriesExpected: 1 << 16)
        staging.pointee.sealed.insert(closed, at: 0)
        staging.pointee.begin(activeLayer.storage)
        return SealedLayer(closed)
    }

    /// Renews the snapshot and drops the layers that LMDB holds completely.
    ///
    /// - Precondition: `snapshot` contains everything of the `appliedLayers` oldest sealed layers.
    public func rebase(onto snapshot: Snapshot, appliedLayers: Int) {
        precondition(appliedLayers <= staging.pointee.sealed.count, "only sealed layers can have been applied")
        staging.pointee.sealed.removeLast(appliedLayers)
        staging.pointee.rebase(onto: snapshot)
    }

    // MARK: Keys that are not there

    /// Begins a filter of the keys of some tables, so that looking for an absent key costs no walk down LMDB.
    ///
    /// The earlier filter stays in use until the build has run and ``advanceKeyFilter()`` was called after that.
    /// Afterwards every write keeps the new one up to date. Frames that are taken over
    /// (``adopt(payload:at:digest:visit:)``) end its use.
    ///
    /// - Returns: The build, to be run on another thread.
    /// - Precondition: ``isBuildingKeyFilter`` is false; a filter in use is of the same tables.
    public func beginKeyFilter(of tables: [TableID]) -> KeyFilterBuild {
        let build = KeyFilterBuild(store: staging.pointee.base.store, tables: tables)
        staging.pointee.beginKeyFilter(build)
        return build
    }

    /// Takes a filter that was built into use, step by step.
    public func advanceKeyFilter() { staging.pointee.keys.advance() }

    /// True if a filter is being built or taken into use.
    public var isBuildingKeyFilter: Bool { staging.pointee.keys.isBuilding }

    /// True if the filter in use has more keys than it was made for: it still works, but not as well.
    public var isKeyFilterFull: Bool { staging.pointee.keys.isFull }

    /// True if the filter in use knows that a key is absent.
    package func isRuledOut(_ table: TableID, _ key: borrowing Key) -> Bool {
        key.withBytes { staging.pointee.keys.rulesOut(table, StateHash.key(table, $0)) }
    }

    /// Memory of the filter in use; 0 while there is none.
    public var keyFilterBytes: Int { staging.pointee.keys.bytes }
}
