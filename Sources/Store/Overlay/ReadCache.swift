/// Remembers the places in the LMDB map of records read lately: a direct-mapped cache of a ``Transaction``'s base.
///
/// Every claim on a code reads the code, its row and its campaign's row. None of them changes during a launch, so
/// none is in the overlay, and three walks down a tree are what a cache line saves.
///
/// - Invariant: every line of the current generation points into the snapshot that the generation began with.
struct ReadCache: ~Copyable {
    private struct Line {
        var hash: UInt64
        var value: UnsafeRawPointer?
        var valueLength: Int
        var generation: UInt32
        var keyLength: UInt16
        var table: TableID
        var key: InlineArray<32, UInt8>
    }

    /// Longer keys are not kept.
    private static let keyLengthMax = 32
    private static let lineCount = 1024

    private let lines: UnsafeMutablePointer<Line>
    private var generation: UInt32 = 1

    init() {
        lines = .allocate(capacity: ReadCache.lineCount)
        lines.initialize(
            repeating: Line(
                hash: 0, value: nil, valueLength: 0, generation: 0, keyLength: 0, table: TableID(rawValue: 0),
                key: InlineArray(repeating: 0)),
            count: ReadCache.lineCount)
    }

    deinit { lines.deallocate() }

    /// Forgets everything, because the snapshot is another one.
    mutating func removeAll() {
        generation &+= 1
    }

    /// The value that was read under a key; nil when it is not known.
    @inline(__always)
    func find(_ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> UnsafeRawBufferPointer? {
        let line = lines + Int(truncatingIfNeeded: hash) & (ReadCache.lineCount - 1)
        guard line.pointee.hash == hash, line.pointee.generation == generation, line.pointee.table == table,
            Int(line.pointee.keyLength) == key.count
        else { return nil }
        let isSame = line.pointee.key.span.withUnsafeBytes { known in
            guard let known = known.baseAddress, let key = key.baseAddress else { return true }
            return bytesAreEqual(known, key, Int(line.pointee.keyLength))
        }
        return isSame ? UnsafeRawBufferPointer(start: line.pointee.value, count: line.pointee.valueLength) : nil
    }

    /// Remembers where the value of a key lies.
    func insert(
        _ table: TableID, _ key: UnsafeRawBufferPointer, _ hash: UInt64, _ value: UnsafeRawBufferPointer
    ) {
        guard key.count <= ReadCache.keyLengthMax else { return }
        let line = lines + Int(truncatingIfNeeded: hash) & (ReadCache.lineCount - 1)
        line.pointee.hash = hash
        line.pointee.generation = generation
        line.pointee.table = table
        line.pointee.keyLength = UInt16(key.count)
        line.pointee.value = value.baseAddress
        line.pointee.valueLength = value.count
        withUnsafeMutableBytes(of: &line.pointee.key) { $0.copyMemory(from: key) }
    }
}
