internal import Journal

/// The ways in which a record gets a value or loses it.
///
/// Each takes what was there from the digest once a batch, notes the entry for the frame, and remembers how to take the
/// write back.
extension Staging {
    mutating func allocateNumbers(_ count: UInt64) -> UInt64 {
        defer { nextNumber += count }
        return nextNumber
    }

    mutating func put(_ table: TableID, _ key: UnsafeRawBufferPointer, _ write: (inout ValueWriter) -> Void) {
        update(table, key) { _, writer in write(&writer) }
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
        _ table: TableID, _ key: UnsafeRawBufferPointer, at spot: RecordSpot, _ write: (inout ValueWriter) -> Void
    ) {
        guard spot.index == nil else { return insert(table, key, spot.hash, write) }
        setValue(touch(nil, table, key, spot.hash, wasAbsent: true), write)
    }

    /// Replaces the record that was found in the active layer; false when there is none.
    mutating func replace(at spot: RecordSpot, _ write: (inout ValueWriter) -> Void) -> Bool {
        guard let index = spot.index.map(Int.init), active.pointee.entries[index].state == .present else {
            return false
        }
        if isTouched(index) {
            beforeRewrite(index)
        } else {
            let table = active.pointee.entries[index].table
            let key = active.pointee.key(index)
            untouchedDigest = untouchedDigest &- StateHash.record(table, key: key, value: active.pointee.value(index))
            _ = touch(index, table, key, spot.hash, wasAbsent: false)
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

    /// True if the batch has written the entry before.
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
}
