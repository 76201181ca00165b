import Glibc
import Journal

/// The state of a ``SimulatedDisk``: files, names, and for both the durable state and the changes on their way.
struct SimulatedDiskState: Sendable {
    /// A file's contents, whatever its names.
    struct Node: Sendable {
        /// On stable storage.
        var durable: [UInt8] = []
        /// The bytes that a reader sees.
        var current: [UInt8] = []
        /// Written, or cut, since the last synchronisation, in order.
        var pending: [Change] = []
    }

    enum Change: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case resize(Int)
    }

    /// One change of a directory: names that go, then names that come.
    struct NameChange: Sendable {
        var directory: String
        var removed: [String] = []
        var added: [String: Int] = [:]
    }

    static let sectorBytes = 512

    var capacity: UInt64
    var nodes: [Int: Node] = [:]
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    var pendingNames: [NameChange] = []
    var operations: [SimulatedDisk.Operation] = []
    var failures: [Int: CInt] = [:]
    var powerCut: Int?
    var isOff = false
    private var nextNode = 0

    init(capacity: UInt64) {
        self.capacity = capacity
    }

    var freeBytes: UInt64 {
        let used = Set(names.values).reduce(UInt64(0)) { $0 + UInt64(nodes[$1]?.current.count ?? 0) }
        return used >= capacity ? 0 : capacity - used
    }

    func checkPower(_ kind: DiskError.Operation, _ path: String) throws(DiskError) {
        if isOff { throw DiskError(operation: kind, path: path, code: EIO) }
    }

    /// Numbers an operation.
    ///
    /// Returns the error it is to end with, for operations that do half before they fail.
    private mutating func begin(_ kind: DiskError.Operation, _ path: String) throws(DiskError) -> DiskError? {
        try checkPower(kind, path)
        let number = operations.count
        operations.append(SimulatedDisk.Operation(kind: kind, path: path))
        if number == powerCut { isOff = true }
        guard let code = failures[number] else { return nil }
        return DiskError(operation: kind, path: path, code: code)
    }

    private mutating func beginOrThrow(_ kind: DiskError.Operation, _ path: String) throws(DiskError) {
        if let failure = try begin(kind, path) { throw failure }
    }

    mutating func open(_ path: String, _ access: FileAccess) throws(DiskError) -> Int {
        guard access == .create else {
            try checkPower(.open, path)
            guard let node = names[path] else { throw DiskError(operation: .open, path: path, code: ENOENT) }
            return node
        }
        try beginOrThrow(.create, path)
        guard names[path] == nil else { throw DiskError(operation: .create, path: path, code: EEXIST) }
        let node = nextNode
        nextNode += 1
        nodes[node] = Node()
        change(NameChange(directory: Self.directory(path), added: [path: node]))
        try checkPower(.create, path)
        return node
    }

    mutating func rename(_ path: String, _ newPath: String) throws(DiskError) {
        try beginOrThrow(.rename, path)
        guard let node = names[path] else { throw DiskError(operation: .rename, path: path, code: ENOENT) }
        change(NameChange(directory: Self.directory(path), removed: [path], added: [newPath: node]))
        try checkPower(.rename, path)
    }

    mutating func remove(_ path: String) throws(DiskError) {
        guard isOff || names[path] != nil else { throw DiskError(operation: .remove, path: path, code: ENOENT) }
        try beginOrThrow(.remove, path)
        change(NameChange(directory: Self.directory(path), removed: [path]))
        try checkPower(.remove, path)
    }

    mutating func synchronizeDirectory(_ path: String) throws(DiskError) {
        let failure = try begin(.synchronizeDirectory, path)
        // The power went while this was under way: what is pending decides by chance.
        try checkPower(.synchronizeDirectory, path)
        for change in pendingNames where change.directory == path && failure == nil {
            Self.apply(change, to: &durableNames)
        }
        pendingNames.removeAll { $0.directory == path }
        if let failure { throw failure }
    }

    mutating func write(_ node: Int, _ path: String, _ bytes: [UInt8], _ offset: Int) throws(DiskError) {
        let failure = try begin(.write, path)
        let written = failure == nil ? bytes : Array(bytes.prefix(bytes.count / 2))
        let growth = offset + written.count - (nodes[node]?.current.count ?? 0)
        guard growth <= 0 || UInt64(growth) <= freeBytes else {
            throw DiskError(operation: .write, path: path, code: ENOSPC)
        }
        change(node, .write(offset: offset, bytes: written))
        if let failure { throw failure }
        try checkPower(.write, path)
    }

    mutating func synchronize(_ node: Int, _ path: String) throws(DiskError) {
        let failure = try begin(.synchronize, path)
        try checkPower(.synchronize, path)
        guard let failure else {
            guard var contents = nodes[node] else { return }
            contents.durable = contents.current
            contents.pending = []
            nodes[node] = contents
            return
        }
        // As Linux does: the pages count as clean now, and no later synchronisation writes them.
        nodes[node]?.pending = []
        throw failure
    }

    mutating func allocate(_ node: Int, _ path: String, _ bytes: Int) throws(DiskError) {
        try beginOrThrow(.allocate, path)
        let growth = bytes - (nodes[node]?.current.count ?? 0)
        guard growth > 0 else { return }
        guard UInt64(growth) <= freeBytes else { throw DiskError(operation: .allocate, path: path, code: ENOSPC) }
        change(node, .resize(bytes))
        try checkPower(.allocate, path)
    }

    mutating func truncate(_ node: Int, _ path: String, _ bytes: Int) throws(DiskError) {
        try beginOrThrow(.truncate, path)
        change(node, .resize(bytes))
        try checkPower(.truncate, path)
    }

    mutating func change(_ path: String, _ body: (inout [UInt8]) -> Void) {
        guard let node = names[path], var contents = nodes[node] else { return }
        body(&contents.current)
        contents.durable = contents.current
        contents.pending = []
        nodes[node] = contents
    }

    mutating func place(_ path: String, _ bytes: [UInt8]) {
        nodes[nextNode] = Node(durable: bytes, current: bytes)
        names[path] = nextNode
        durableNames[path] = nextNode
        nextNode += 1
    }

    /// The same files, all synchronised.
    func settled() -> SimulatedDiskState {
        var result = SimulatedDiskState(capacity: capacity)
        for (path, node) in names.sorted(by: { $0.key < $1.key }) { result.place(path, nodes[node]?.current ?? []) }
        return result
    }

    /// The state of the disk after a power cut.
    func survivors(seed: UInt64) -> SimulatedDiskState {
        var chance = SurvivalChance(seed: seed)
        var kept = durableNames
        for change in pendingNames where chance.keeps() { Self.apply(change, to: &kept) }
        var result = SimulatedDiskState(capacity: capacity)
        for (path, node) in kept.sorted(by: { $0.key < $1.key }) {
            result.place(path, nodes[node].map { Self.survivor($0, &chance) } ?? [])
        }
        return result
    }

    private static func survivor(_ node: Node, _ chance: inout SurvivalChance) -> [UInt8] {
        var contents = node.durable
        // Per sector the versions it went through, one after the other; the disk has any one of them.
        var versions: [Int: [(Range<Int>, ArraySlice<UInt8>)]] = [:]
        for change in node.pending {
            switch change {
            case .resize(let count):
                guard chance.keeps() else { continue }
                resize(&contents, count)
            case .write(let offset, let bytes):
                for sector in offset / sectorBytes..<(offset + bytes.count + sectorBytes - 1) / sectorBytes {
                    let start = max(offset, sector * sectorBytes)
                    let end = min(offset + bytes.count, (sector + 1) * sectorBytes)
                    versions[sector, default: []].append((start..<end, bytes[start - offset..<end - offset]))
                }
            }
        }
        for (_, changes) in versions.sorted(by: { $0.key < $1.key }) {
            for (range, bytes) in changes.prefix(chance.count(upTo: changes.count)) {
                if contents.count < range.upperBound { resize(&contents, range.upperBound) }
                contents.replaceSubrange(range, with: bytes)
            }
        }
        return contents
    }

    private mutating func change(_ change: NameChange) {
        Self.apply(change, to: &names)
        pendingNames.append(change)
    }

    private static func apply(_ change: NameChange, to names: inout [String: Int]) {
        for name in change.removed { names[name] = nil }
        for (name, node) in change.added { names[name] = node }
    }

    private mutating func change(_ node: Int, _ change: Change) {
        guard var contents = nodes[node] else { return }
        switch change {
        case .resize(let count): Self.resize(&contents.current, count)
        case .write(let offset, let bytes):
            let end = offset + bytes.count
            if contents.current.count < end { Self.resize(&contents.current, end) }
            contents.current.replaceSubrange(offset..<end, with: bytes)
        }
        contents.pending.append(change)
        nodes[node] = contents
    }

    private static func resize(_ bytes: inout [UInt8], _ count: Int) {
        if count < bytes.count {
            bytes.removeLast(bytes.count - count)
        } else {
            bytes.append(contentsOf: [UInt8](repeating: 0, count: count - bytes.count))
        }
    }

    private static func directory(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}

/// Who survives a power cut: for some seeds nothing that was on its way, for some everything, else a coin each.
private struct SurvivalChance {
    private let seed: UInt64
    private var generator: SeededGenerator

    init(seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
    }

    mutating func keeps() -> Bool { count(upTo: 1) == 1 }

    mutating func count(upTo most: Int) -> Int {
        switch seed % 5 {
        case 0: 0
        case 1: most
        default: Int.random(in: 0...most, using: &generator)
        }
    }
}
