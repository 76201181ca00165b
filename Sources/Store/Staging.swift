internal import Journal

/// What a ``Transaction`` works with: the layers, the snapshot below them and the bookkeeping of the batch.
struct Staging: ~Copyable {
    /// The active layer's storage; the transaction keeps the layer alive.
    private var active: UnsafeMutablePointer<LayerStorage>
    /// Newest first.
    var sealed: [Layer] = []
    var base: Snapshot
    var undo = UndoLog()
    /// The entries of the active layer that the batch has written, each once.
    var touched: [UInt32] = []
    var digest: Hash128
    var touchedTables: TableSet = []
    private var frame: UInt32 = 1
    private let scratch: UnsafeMutableRawPointer
    private var nextNumber: UInt64
    /// What the stored record of the sequence says, so that it is written once per batch and only when it moved.
    private var recordedNumber: UInt64

    init(active: UnsafeMutablePointer<LayerStorage>, base: Snapshot, digest: Hash128) {
        self.active = active
        self.base = base
        self.digest = digest
        scratch = .allocate(byteCount: ValueWriter.capacityMax, alignment: 16)
        nextNumber = NumberSequence.read(from: base)
        recordedNumber = nextNumber
    }

    deinit { scratch.deallocate() }

    // MARK: Reading

    @inline(__always)
    func lookUp(_ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> UnsafeRawBufferPointer? {
        if let index = active.pointee.find(table, key, hash: hash) {
            switch active.pointee.entries[index].state {
            case .present: return active.pointee.value(index)
            case .removed: return nil
            case .void: break
            }
        }
        return lookUpBelowActive(table, key, hash)
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
        return base.lookUp(table, key)
    }

    // MARK: Writing

    mutating func allocateNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    mutating func put(_ table: TableID, _ key: UnsafeRawBufferPointer, _ write: (inout ValueWriter) -> Void) {
        let hash = StateHash.key(table, key)
        let old = lookUp(table, key, hash)
        if let old { digest = digest &- StateHash.record(table, key: key, value: old) }
        store(table, key, hash, wasAbsent: old == nil, write)
    }

    mutating func remove(_ table: TableID, _ key: UnsafeRawBufferPointer) {
        let hash = StateHash.key(table, key)
        guard let old = lookUp(table, key, hash) else { preconditionFailure("remove needs a key that is present") }
        digest = digest &- StateHash.record(table, key: key, value: old)
        let index = claimEntry(table, key, hash, wasAbsent: false)
        active.pointee.entries[index].state = .removed
    }

    mutating func store(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64, wasAbsent: Bool,
        _ write: (inout ValueWriter) -> Void
    ) {
        var writer = ValueWriter(base: scratch, capacity: ValueWriter.capacityMax)
        write(&writer)
        let value = UnsafeRawBufferPointer(start: scratch, count: writer.count)
        digest = digest &+ StateHash.record(table, key: key, value: value)
        let index = claimEntry(table, key, hash, wasAbsent: wasAbsent)
        active.pointee.setValue(index, value)
    }

    /// The entry of the key in the active layer, made if need be, remembered for undoing, listed for the frame.
    @inline(__always)
    private mutating func claimEntry(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64, wasAbsent: Bool
    ) -> Int {
        let index = active.pointee.find(table, key, hash: hash) ?? active.pointee.add(table, key, hash: hash)
        undo.remember(index, in: active)
        let entry = active.pointee.entries + index
        if entry.pointee.state == .void { entry.pointee.freshInLayer = wasAbsent }
        if entry.pointee.frame != frame {
            entry.pointee.frame = frame
            entry.pointee.freshInFrame = wasAbsent
            touched.append(UInt32(index))
            touchedTables.insert(table)
        }
        return index
    }

    mutating func recordNumber() {
        guard nextNumber != recordedNumber else { return }
        let value = nextNumber
        NumberSequence.key.withBytes { put(NumberSequence.table, $0) { $0.append(value) } }
        recordedNumber = value
    }

    // MARK: The batch

    func mark() -> Transaction.Mark {
        Transaction.Mark(
            undo: undo.mark, touched: touched.count, digest: digest, nextNumber: nextNumber,
            recordedNumber: recordedNumber)
    }

    mutating func rollBack(to mark: Transaction.Mark) {
        undo.rollBack(to: mark.undo, in: active)
        touched.removeLast(touched.count - mark.touched)
        digest = mark.digest
        nextNumber = mark.nextNumber
        recordedNumber = mark.recordedNumber
    }

    mutating func finishFrame() {
        undo.clear()
        touched.removeAll(keepingCapacity: true)
        touchedTables = []
        frame += 1
    }

    /// Goes on with an empty layer.
    mutating func begin(_ layer: UnsafeMutablePointer<LayerStorage>) {
        active = layer
        frame = 1
    }
}
