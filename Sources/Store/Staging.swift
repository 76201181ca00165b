internal import Journal

/// What a ``Transaction`` works with: the layers, the snapshot below them and the bookkeeping of the batch.
struct Staging: ~Copyable {
    /// The active layer's storage; the transaction keeps the layer alive.
    private var active: UnsafeMutablePointer<LayerStorage>
    /// Newest first.
    var sealed: [Layer] = []
    private(set) var base: Snapshot
    private var cache = ReadCache()
    var keys = FilteredKeys()
    var undo = UndoLog()
    /// The entries of the active layer that the batch has written, each once.
    var touched: [UInt32] = []
    /// Counts writes, taken-back ones excepted.
    private(set) var writeCount = 0
    /// The sum over all records that the batch has not touched.
    ///
    /// What it did touch is added when the batch's digest is asked for, so that a counter which a thousand commands
    /// change is hashed once.
    private var untouchedDigest: Hash128
    /// ``untouchedDigest`` and the touched records; nil after a write.
    private var knownDigest: Hash128?
    var touchedTables: TableSet = []
    /// The tables whose changes are counted, and their count.
    var watched: TableSet = []
    private(set) var watchedVersion: UInt64 = 0
    /// Counts marks and batches.
    ///
    /// An entry that was written since the last of them needs no second undo step.
    private var generation: UInt32 = 1
    /// The generation in which the batch began.
    private var batchGeneration: UInt32 = 1
    private let scratch: UnsafeMutableRawPointer
    private var nextNumber: UInt64
    /// What the stored record of the sequence says, so that it is written once per batch and only when it moved.
    private var recordedNumber: UInt64

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
        if keys.rulesOut(table, hash) { return nil }
        if let index = active.pointee.find(table, key, hash: hash) {
            switch active.pointee.entries[index].state {
            case .present: return active.pointee.value(index)
            case .removed: return nil
            case .void: break
            }
        }
        return lookUpBelowActive(table, key, hash)
    }

    /// Finds the value of a key, and its entry in the active layer.
    @inline(__always)
    func locate(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64
    ) -> (value: UnsafeRawBufferPointer?, place: RecordPlace) {
        if keys.rulesOut(table, hash) { return (nil, RecordPlace(hash: hash, index: nil)) }
        guard let index = active.pointee.find(table, key, hash: hash) else {
            return (lookUpBelowActive(table, key, hash), RecordPlace(hash: hash, index: nil))
        }
        let place = RecordPlace(hash: hash, index: UInt32(index))
        return switch active.pointee.entries[index].state {
        case .present: (active.pointee.value(index), place)
        case .removed: (nil, place)
        case .void: (lookUpBelowActive(table, key, hash), place)
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

    // MARK: Writing

    mutating func allocateNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    mutating func put(_ table: TableID, _ key: UnsafeRawBufferPointer, _ write: (inout ValueWriter) -> Void) {
        let hash = StateHash.key(table, key)
        let index = active.pointee.find(table, key, hash: hash)
        if let index, isTouched(index) {
            beforeRewrite(index)
            return setValue(index, write)
        }
        let wasAbsent = leaveDigest(table, key, hash) == nil
        setValue(touch(index, table, key, hash, wasAbsent: wasAbsent), write)
    }

    mutating func insert(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64, _ write: (inout ValueWriter) -> Void
    ) {
        let index = active.pointee.find(table, key, hash: hash)
        if let index, isTouched(index) {
            beforeRewrite(index)
            return setValue(index, write)
        }
        setValue(touch(index, table, key, hash, wasAbsent: true), write)
    }

    /// Inserts a record where it was looked for in vain.
    mutating func insert(
        _ table: TableID, _ key: UnsafeRawBufferPointer, at place: RecordPlace, _ write: (inout ValueWriter) -> Void
    ) {
        guard place.index == nil else { return insert(table, key, place.hash, write) }
        setValue(touch(nil, table, key, place.hash, wasAbsent: true), write)
    }

    /// Replaces the record that was found in the active layer; false when there is none.
    mutating func replace(at place: RecordPlace, _ write: (inout ValueWriter) -> Void) -> Bool {
        guard let index = place.index.map(Int.init), active.pointee.entries[index].state == .present else {
            return false
        }
        if isTouched(index) {
            beforeRewrite(index)
        } else {
            let table = active.pointee.entries[index].table
            let key = active.pointee.key(index)
            untouchedDigest = untouchedDigest &- StateHash.record(table, key: key, value: active.pointee.value(index))
            _ = touch(index, table, key, place.hash, wasAbsent: false)
        }
        setValue(index, write)
        return true
    }

    /// Writes a record that is made from the one before it.
    mutating func update(
        _ table: TableID, _ key: UnsafeRawBufferPointer,
        _ write: (UnsafeRawBufferPointer?, inout ValueWriter) -> Void
    ) {
        let hash = StateHash.key(table, key)
        let index = active.pointee.find(table, key, hash: hash)
        if let index, isTouched(index) {
            beforeRewrite(index)
            let old = active.pointee.entries[index].state == .present ? active.pointee.value(index) : nil
            return setValue(index) { write(old, &$0) }
        }
        let old = leaveDigest(table, key, hash)
        setValue(touch(index, table, key, hash, wasAbsent: old == nil)) { write(old, &$0) }
    }

    mutating func remove(_ table: TableID, _ key: UnsafeRawBufferPointer) {
        let hash = StateHash.key(table, key)
        let index = active.pointee.find(table, key, hash: hash)
        if let index, isTouched(index) {
            precondition(active.pointee.entries[index].state == .present, "remove needs a key that is present")
            beforeRewrite(index)
            active.pointee.entries[index].state = .removed
            return
        }
        guard leaveDigest(table, key, hash) != nil else { preconditionFailure("remove needs a key that is present") }
        active.pointee.entries[touch(index, table, key, hash, wasAbsent: false)].state = .removed
    }

    /// Whether the batch has written the entry before.
    @inline(__always)
    private func isTouched(_ index: Int) -> Bool { active.pointee.entries[index].generation >= batchGeneration }

    /// Takes the record that a key has from the digest, as the batch is about to touch it.
    private mutating func leaveDigest(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64
    ) -> UnsafeRawBufferPointer? {
        guard let old = lookUp(table, key, hash) else { return nil }
        untouchedDigest = untouchedDigest &- StateHash.record(table, key: key, value: old)
        return old
    }

    /// Prepares an entry that the batch has touched for another value.
    @inline(__always)
    private mutating func beforeRewrite(_ index: Int) {
        writeCount += 1
        knownDigest = nil
        let entry = active.pointee.entries + index
        if watched.contains(entry.pointee.table) { watchedVersion += 1 }
        guard entry.pointee.generation != generation else { return }
        undo.remember(index, in: active)
        entry.pointee.generation = generation
    }

    /// The entry of a key that the batch has not touched yet: made if need be, remembered for undoing, listed for
    /// the frame.
    @inline(__always)
    private mutating func touch(
        _ found: Int?, _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64, wasAbsent: Bool
    ) -> Int {
        writeCount += 1
        knownDigest = nil
        if watched.contains(table) { watchedVersion += 1 }
        let index: Int
        if let found {
            index = found
            undo.remember(index, in: active)
        } else {
            index = add(table, key, hash)
            undo.rememberAdded(index)
        }
        let entry = active.pointee.entries + index
        if entry.pointee.state == .void { entry.pointee.freshInLayer = wasAbsent }
        entry.pointee.freshInFrame = wasAbsent
        entry.pointee.generation = generation
        touched.append(UInt32(index))
        touchedTables.insert(table)
        return index
    }

    @inline(__always)
    private mutating func add(_ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        keys.note(table, hash)
        return active.pointee.add(table, key, hash: hash)
    }

    @inline(__always)
    private mutating func setValue(_ index: Int, _ write: (inout ValueWriter) -> Void) {
        var writer = ValueWriter(base: scratch, capacity: ValueWriter.capacityMax)
        write(&writer)
        active.pointee.setValue(index, UnsafeRawBufferPointer(start: scratch, count: writer.count))
    }

    mutating func recordNumber() {
        guard nextNumber != recordedNumber else { return }
        let value = nextNumber
        NumberSequence.key.withBytes { put(NumberSequence.table, $0) { $0.append(value) } }
        recordedNumber = value
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
            nextNumber: nextNumber, recordedNumber: recordedNumber)
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
    }

    mutating func finishFrame() {
        untouchedDigest = digest()
        undo.clear()
        touched.removeAll(keepingCapacity: true)
        touchedTables = []
        generation += 1
        batchGeneration = generation
    }

    /// Writes the effects of a frame of another node.
    mutating func adopt(_ payload: RawSpan, at position: LogPosition, digest: Hash128) throws(StoreError) {
        let layer = active
        var tables = touchedTables
        keys.removeAll()
        try FrameEffects.forEach(of: payload, at: position, in: base.store) { table, kind, key, value in
            // Not of a batch: the next batch that touches the entry remembers this state of it.
            let index = layer.pointee.adopt(table, kind, key, value)
            layer.pointee.entries[index].generation = 0
            tables.insert(table)
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

    /// Goes on over another snapshot.
    mutating func rebase(onto snapshot: Snapshot) {
        base = snapshot
        cache.removeAll()
    }

    /// Goes on with an empty layer.
    mutating func begin(_ layer: UnsafeMutablePointer<LayerStorage>) {
        active = layer
        generation = 1
        batchGeneration = 1
    }
}
