/// An open-addressing index over entries whose bytes lie in an arena.
///
/// Lookups and writes are O(1) and allocate nothing but arena blocks.
struct LayerStorage: ~Copyable {
    /// The newest value of a key, and its state.
    struct Entry {
        var hash: UInt64
        var key: Arena.Address
        var value: Arena.Address
        var keyLength: UInt16
        var valueLength: UInt16
        var table: TableID
        var state: State
        /// The key was absent when this layer began, so LMDB has no old value.
        var freshInLayer: Bool
        /// The key was absent when the current frame began, so the frame records an insertion.
        var freshInFrame: Bool
        /// The generation of the staged batch that wrote the entry last; 0: none.
        var generation: UInt32
    }

    enum State: UInt8 {
        /// Rolled back: as if the layer had never seen the key.
        case void
        /// There is a value.
        case present
        /// The key is gone.
        case removed
    }

    private(set) var entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    private var entryCapacity: Int
    /// High 32 bits: part of the hash; low 32 bits: entry index + 1; 0: free.
    private var slots: UnsafeMutablePointer<UInt64>
    private var slotMask: Int
    var arena = Arena()

    /// Makes an empty layer for about that many entries; it grows beyond.
    init(entriesExpected: Int = 1 << 12) {
        entryCapacity = max(64, entriesExpected)
        entries = LayerStorage.allocate(entryCapacity)
        var slotCount = 128
        while slotCount < entryCapacity * 2 { slotCount *= 2 }
        slots = LayerStorage.allocate(slotCount)
        slots.initialize(repeating: 0, count: slotCount)
        slotMask = slotCount - 1
    }

    deinit {
        entries.deallocate()
        slots.deallocate()
    }

    /// Bytes of memory that grow with what the layer holds.
    var bytes: Int { arena.bytes + count * MemoryLayout<Entry>.stride }

    /// Forgets everything and keeps the memory for the next use.
    mutating func clear() {
        slots.update(repeating: 0, count: slotMask + 1)
        count = 0
        arena.clear()
    }

    /// The index of the entry of a key, or nil.
    @inline(__always)
    func find(_ table: TableID, _ key: UnsafeRawBufferPointer, hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & slotMask
        let tag = hash & 0xFFFF_FFFF_0000_0000
        while true {
            let content = slots[slot]
            if content == 0 { return nil }
            if content & 0xFFFF_FFFF_0000_0000 == tag {
                let index = Int(content & 0xFFFF_FFFF) - 1
                if matches(index, table, key) { return index }
            }
            slot = (slot + 1) & slotMask
        }
    }

    /// Adds an entry for a key that has none, in state ``State/void``.
    ///
    /// Returns its index.
    mutating func add(_ table: TableID, _ key: UnsafeRawBufferPointer, hash: UInt64) -> Int {
        if count == entryCapacity { growEntries() }
        if count * 2 > slotMask { growSlots() }
        let address = arena.allocate(key.count)
        if let source = key.baseAddress { arena.pointer(address).copyMemory(from: source, byteCount: key.count) }
        (entries + count).initialize(
            to: Entry(
                hash: hash, key: address, value: address, keyLength: UInt16(key.count), valueLength: 0, table: table,
                state: .void, freshInLayer: false, freshInFrame: false, generation: 0))
        link(count, hash)
        count += 1
        return count - 1
    }

    /// Makes an entry again one that says nothing, as ``add(_:_:hash:)`` does.
    func void(_ index: Int) {
        let entry = entries + index
        entry.pointee.state = .void
        entry.pointee.valueLength = 0
        entry.pointee.freshInLayer = false
        entry.pointee.freshInFrame = false
        entry.pointee.generation = 0
    }

    /// The key of an entry; valid while the layer lives.
    func key(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: arena.pointer(entries[index].key), count: Int(entries[index].keyLength))
    }

    /// The value of an entry; valid until the entry is written again.
    func value(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: arena.pointer(entries[index].value), count: Int(entries[index].valueLength))
    }

    /// Gives an entry a value: in place when the length stays, so that hot counters do not grow the arena.
    mutating func setValue(_ index: Int, _ value: UnsafeRawBufferPointer) {
        let entry = entries + index
        if entry.pointee.state != .present || Int(entry.pointee.valueLength) != value.count {
            entry.pointee.value = arena.allocate(value.count)
            entry.pointee.valueLength = UInt16(value.count)
        }
        entry.pointee.state = .present
        overwriteValue(index, value)
    }

    /// Writes bytes over the value's place, which has that length.
    func overwriteValue(_ index: Int, _ value: UnsafeRawBufferPointer) {
        guard let source = value.baseAddress else { return }
        arena.pointer(entries[index].value).copyMemory(from: source, byteCount: value.count)
    }

    private func matches(_ index: Int, _ table: TableID, _ key: UnsafeRawBufferPointer) -> Bool {
        let entry = entries + index
        guard entry.pointee.table == table, Int(entry.pointee.keyLength) == key.count else { return false }
        guard let base = key.baseAddress else { return true }
        return bytesAreEqual(arena.pointer(entry.pointee.key), base, key.count)
    }

    private mutating func link(_ index: Int, _ hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & slotMask
        while slots[slot] != 0 { slot = (slot + 1) & slotMask }
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(index + 1)
    }

    private static func allocate<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
        LargeMemory.allocate(byteCount: count * MemoryLayout<Element>.stride)
            .bindMemory(to: Element.self, capacity: count)
    }

    private mutating func growEntries() {
        let larger = LayerStorage.allocate(entryCapacity * 2) as UnsafeMutablePointer<Entry>
        larger.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = larger
        entryCapacity *= 2
    }

    private mutating func growSlots() {
        let slotCount = (slotMask + 1) * 2
        slots.deallocate()
        slots = LayerStorage.allocate(slotCount)
        slots.initialize(repeating: 0, count: slotCount)
        slotMask = slotCount - 1
        for index in 0..<count { link(index, entries[index].hash) }
    }
}
