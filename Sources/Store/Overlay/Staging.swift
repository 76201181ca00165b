internal import Journal

/// The parts of a ``Transaction``: the layers, the snapshot below them and the bookkeeping of the batch.
///
/// Nothing outside of this type and its extension for writing changes a variable.
struct Staging: ~Copyable {
    /// The active layer's storage; the transaction keeps the layer alive.
    var active: UnsafeMutablePointer<LayerStorage>
    /// Newest first.
    var sealed: [Layer] = []
    private(set) var base: Snapshot
    private var cache = ReadCache()
    var keys = FilteredKeys()
    var undo = UndoLog()
    /// The entries of the active layer that the batch has written, each once.
    var touched: [UInt32] = []
    /// Counts writes, taken-back ones excepted.
    var writeCount = 0
    /// The sum over all records that the batch has not touched.
    ///
    /// The touched records are added when the batch's digest is asked for, so that a counter which a thousand commands
    /// change is hashed once.
    var untouchedDigest: Hash128
    /// ``untouchedDigest`` and the touched records; nil after a write.
    var knownDigest: Hash128?
    var touchedTables: TableSet = []
    /// The tables whose changes are counted, and their count.
    var watched: TableSet = []
    var watchedVersion: UInt64 = 0
    /// Counts marks and batches.
    ///
    /// An entry that was written since the last of them needs no second undo step.
    var generation: UInt32 = 1
    /// The generation in which the batch began.
    var batchGeneration: UInt32 = 1
    let scratch: UnsafeMutableRawPointer
    var nextNumber: UInt64
    /// The number in the stored record of the sequence, which is written once per batch and only when it moved.
    var recordedNumber: UInt64
    /// The events of the batch, for its frame.
    var events = EventNotes()

    init(active: UnsafeMutablePointer<LayerStorage>, base: Snapshot, digest: Hash128) {
        self.active = active
        self.base = base
        untouchedDigest = digest
        knownDigest = digest
        scratch = .allocate(byteCount: ValueWriter.capacityMax, alignment: 16)
        nextNumber = NumberSequence.read(from: base)
        recordedNumber = nextNumber
    }

    deinit { scratch.deallocate() }

    // MARK: Reading

    @inline(__always)
    func lookUp(_ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> UnsafeRawBufferPointer? {
        locate(table, key, hash).value
    }

    /// Finds the value of a key, and its entry in the active layer.
    @inline(__always)
    func locate(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64
    ) -> (value: UnsafeRawBufferPointer?, spot: RecordSpot) {
        if keys.rulesOut(table, hash) { return (nil, RecordSpot(hash: hash, index: nil)) }
        guard let index = active.pointee.find(table, key, hash: hash) else {
            return (lookUpBelowActive(table, key, hash), RecordSpot(hash: hash, index: nil))
        }
        let spot = RecordSpot(hash: hash, index: UInt32(index))
        return switch active.pointee.entries[index].state {
        case .present: (active.pointee.value(index), spot)
        case .removed: (nil, spot)
        case .void: (lookUpBelowActive(table, key, hash), spot)
        }
    }

    private func lookUpBelowActive(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64
    ) -> UnsafeRawBufferPointer? {
        for position in sealed.indices {
            let layer = sealed[position].storage
            guard let index = layer.pointee.find(table, key, hash: hash) else { continue }
            switch layer.pointee.entries[index].state {
            case .present: return layer.pointee.value(index)
            case .removed: return nil
            case .void: continue
            }
        }
        if let known = cache.find(table, key, hash) { return known }
        guard let value = base.lookUp(table, key) else { return nil }
        cache.insert(table, key, hash, value)
        return value
    }

    // MARK: The batch

    /// The digest of everything, the batch's writes included.
    ///
    /// O(records touched), once per change.
    mutating func digest() -> Hash128 {
        if let knownDigest { return knownDigest }
        var sum = untouchedDigest
        for index in touched {
            let entry = active.pointee.entries[Int(index)]
            guard entry.state == .present else { continue }
            sum =
                sum
                &+ StateHash.record(
                    entry.table, key: active.pointee.key(Int(index)), value: active.pointee.value(Int(index)))
        }
        knownDigest = sum
        return sum
    }

    mutating func mark() -> Transaction.Mark {
        generation += 1
        return Transaction.Mark(
            undo: undo.mark, touched: touched.count, writeCount: writeCount, untouchedDigest: untouchedDigest,
            nextNumber: nextNumber, recordedNumber: recordedNumber, events: events.mark)
    }

    mutating func rollBack(to mark: Transaction.Mark) {
        undo.rollBack(to: mark.undo, in: active)
        watchedVersion += 1
        touched.removeLast(touched.count - mark.touched)
        writeCount = mark.writeCount
        untouchedDigest = mark.untouchedDigest
        knownDigest = nil
        nextNumber = mark.nextNumber
        recordedNumber = mark.recordedNumber
        events.rollBack(to: mark.events)
    }

    mutating func finishFrame() {
        untouchedDigest = digest()
        undo.clear()
        events.clear()
        touched.removeAll(keepingCapacity: true)
        touchedTables = []
        generation += 1
        batchGeneration = generation
    }

    /// Writes the effects of a frame of another node.
    mutating func adopt(
        _ payload: RawSpan, at position: LogPosition, digest: Hash128,
        _ visit: (TableID, UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let layer = active
        var tables = touchedTables
        keys.removeAll()
        try FrameEffects.forEach(of: payload, at: position, in: base.store) { table, kind, key, value in
            // Not of a batch: the next batch that touches the entry remembers this state of it.
            let index = layer.pointee.adopt(table, kind, key, value)
            layer.pointee.entries[index].generation = 0
            tables.insert(table)
            visit(table, key)
        }
        touchedTables = tables
        watchedVersion += 1
        untouchedDigest = digest
        knownDigest = digest
        if tables.contains(NumberSequence.table) {
            recordedNumber = NumberSequence.key.withBytes { key in
                guard let value = lookUp(NumberSequence.table, key, StateHash.key(NumberSequence.table, key)) else {
                    return recordedNumber
                }
                return NumberSequence.decode(value.bytes)
            }
            nextNumber = recordedNumber
        }
    }

    /// Begins another filter of the keys of some tables.
    mutating func beginKeyFilter(_ build: KeyFilterBuild) {
        keys.begin(build)
        for position in sealed.indices { noteKeys(of: sealed[position].storage) }
        noteKeys(of: active)
    }

    private mutating func noteKeys(of layer: UnsafeMutablePointer<LayerStorage>) {
        for index in 0..<layer.pointee.count {
            keys.note(layer.pointee.entries[index].table, layer.pointee.entries[index].hash)
        }
    }

    /// Continues over another snapshot.
    mutating func rebase(onto snapshot: Snapshot) {
        base = snapshot
        cache.removeAll()
    }

    /// Continues with an empty layer.
    mutating func begin(_ layer: UnsafeMutablePointer<LayerStorage>) {
        active = layer
        generation = 1
        batchGeneration = 1
    }
}
