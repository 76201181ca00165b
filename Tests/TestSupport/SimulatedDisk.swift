import Glibc
public import Journal
import Synchronization

/// A disk in memory that can fail, run full, lose power and come back with what had reached stable storage.
///
/// Every operation that changes something has a number, from 0. Writes that were not synchronised survive a power cut
/// by chance (seeded): each write whole, not at all, or torn between sectors of 512 bytes; each creation, rename and
/// removal without a synchronisation of the directory done or undone, in any order. A failed synchronisation loses
/// what it should have written, as Linux does, although reads still show it. Directories are only prefixes of paths,
/// and there from the beginning.
public final class SimulatedDisk: Disk {
    /// One numbered operation.
    public struct Operation: Hashable, Sendable {
        /// The kind of the operation.
        public var kind: DiskError.Operation
        /// Of which file or directory.
        public var path: String
    }

    let state: Mutex<SimulatedDiskState>

    /// Makes an empty disk.
    ///
    /// - Parameter capacity: Bytes that fit on it.
    public convenience init(capacity: UInt64 = .max) {
        self.init(SimulatedDiskState(capacity: capacity))
    }

    init(_ state: SimulatedDiskState) {
        self.state = Mutex(state)
    }

    /// The numbered operations so far.
    public var operations: [Operation] { state.withLock { $0.operations } }

    /// Lets the operation with a number fail.
    ///
    /// A failing write writes the first half.
    public func fail(operation: Int, code: CInt) {
        state.withLock { $0.failures[operation] = code }
    }

    /// Lets the power go when the operation with a number begins: everything from then on fails.
    public func cutPower(atOperation number: Int) {
        state.withLock { $0.powerCut = number }
    }

    /// True if the power has gone.
    public var isOff: Bool { state.withLock { $0.isOff } }

    /// Bytes that fit on the disk; may be changed at any time.
    public func setCapacity(_ capacity: UInt64) {
        state.withLock { $0.capacity = capacity }
    }

    /// The disk after the power came back: what was synchronised, and by chance some of the rest.
    public func afterPowerCut(seed: UInt64) -> SimulatedDisk {
        SimulatedDisk(state.withLock { $0.survivors(seed: seed) })
    }

    /// A disk of its own with the same files, everything synchronised, and no failures planned.
    public func copy() -> SimulatedDisk {
        SimulatedDisk(state.withLock { $0.settled() })
    }

    /// Inverts one bit, unnoticed by everybody.
    public func flip(_ path: String, byte: Int, bit: Int = 0) {
        state.withLock { $0.change(path) { $0[byte] ^= 1 << UInt8(bit) } }
    }

    /// Replaces bytes, unnoticed by everybody.
    public func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) {
        state.withLock { $0.change(path) { $0.replaceSubrange(offset..<offset + bytes.count, with: bytes) } }
    }

    /// The bytes that a reader sees in a file; nil when there is none.
    public func contents(_ path: String) -> [UInt8]? {
        state.withLock { state in state.names[path].flatMap { state.nodes[$0]?.current } }
    }

    /// Puts a file there, synchronised.
    public func place(_ path: String, _ bytes: [UInt8]) {
        state.withLock { $0.place(path, bytes) }
    }

    /// Opens a file.
    public func open(_ path: String, _ access: FileAccess) throws(DiskError) -> any DiskFile {
        let node = try run { (state) throws(DiskError) in try state.open(path, access) }
        return SimulatedFile(disk: self, node: node, path: path)
    }

    /// Gives a file another name.
    public func rename(_ path: String, to newPath: String) throws(DiskError) {
        try run { (state) throws(DiskError) in try state.rename(path, newPath) }
    }

    /// Removes a file.
    public func remove(_ path: String) throws(DiskError) {
        try run { (state) throws(DiskError) in try state.remove(path) }
    }

    /// The names in a directory, ascending.
    public func list(_ directory: String) throws(DiskError) -> [String] {
        try run { (state) throws(DiskError) in
            try state.checkPower(.list, directory)
            return state.names.keys.filter { $0.hasPrefix(directory + "/") }
                .map { String($0.dropFirst(directory.count + 1)) }.sorted()
        }
    }

    /// Makes a directory and those above it, durably.
    public func createDirectory(_ path: String) throws(DiskError) {
        try run { (state) throws(DiskError) in try state.checkPower(.createDirectory, path) }
    }

    /// Makes changes of a directory durable.
    public func synchronizeDirectory(_ path: String) throws(DiskError) {
        try run { (state) throws(DiskError) in try state.synchronizeDirectory(path) }
    }

    /// Bytes that an ordinary user can still write.
    public func freeBytes(_ path: String) throws(DiskError) -> UInt64 {
        try run { (state) throws(DiskError) in
            try state.checkPower(.freeSpace, path)
            return state.freeBytes
        }
    }

    func run<Result>(
        _ body: (inout SimulatedDiskState) throws(DiskError) -> Result
    ) throws(DiskError) -> Result {
        // Through a Result, because the lock's closure would widen the error's type.
        try state.withLock { state -> Swift.Result<Result, DiskError> in
            do throws(DiskError) { return .success(try body(&state)) } catch { return .failure(error) }
        }.get()
    }
}

/// An open file of a ``SimulatedDisk``.
final class SimulatedFile: DiskFile {
    let path: String
    private let disk: SimulatedDisk
    private let node: Int

    init(disk: SimulatedDisk, node: Int, path: String) {
        self.disk = disk
        self.node = node
        self.path = path
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(DiskError) {
        let copy = bytes.withUnsafeBytes { Array($0) }
        try disk.run { (state) throws(DiskError) in try state.write(node, path, copy, Int(offset)) }
    }

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(DiskError) -> Int {
        let wanted = bytes.byteCount
        let piece = try disk.run { (state) throws(DiskError) -> ArraySlice<UInt8> in
            try state.checkPower(.read, path)
            let current = state.nodes[node]?.current ?? []
            return current.dropFirst(Int(offset)).prefix(wanted)
        }
        bytes.withUnsafeMutableBytes { $0.copyBytes(from: piece) }
        return piece.count
    }

    func synchronize() throws(DiskError) {
        try disk.run { (state) throws(DiskError) in try state.synchronize(node, path) }
    }

    func allocate(_ bytes: UInt64) throws(DiskError) {
        try disk.run { (state) throws(DiskError) in try state.allocate(node, path, Int(bytes)) }
    }

    func truncate(to bytes: UInt64) throws(DiskError) {
        try disk.run { (state) throws(DiskError) in try state.truncate(node, path, Int(bytes)) }
    }

    func size() throws(DiskError) -> UInt64 {
        try disk.run { (state) throws(DiskError) in
            try state.checkPower(.size, path)
            return UInt64(state.nodes[node]?.current.count ?? 0)
        }
    }

    func close() {}
}
