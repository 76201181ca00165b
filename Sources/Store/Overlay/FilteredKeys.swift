/// The filter of a ``Transaction``, and the keys that came while another one is made.
///
/// - Invariant: the filter in use knows every key of its tables that LMDB or a layer has.
struct FilteredKeys: ~Copyable {
    /// Keys taken over at a time, so that no batch waits for long.
    private static let keysPerStep = 16_384

    private var tables: TableSet = []
    private var filter = KeyFilter.everything()
    private var build: KeyFilterBuild?
    /// The hashes of the keys that came since the build began, which it may not read.
    private var arrived: [UInt64] = []
    /// The filter that the build has made, while it takes over the keys that have arrived.
    private var next: KeyFilter?

    /// True if the filter has more keys than it was made for.
    var isFull: Bool { filter.count > filter.capacity }
    /// True if another filter is being made.
    var isBuilding: Bool { build != nil }
    /// Memory of the filter in use; 0 while there is none.
    var bytes: Int { filter.capacity == .max ? 0 : filter.bytes }

    /// True if a key is known to have no record.
    @inline(__always)
    func rulesOut(_ table: TableID, _ hash: UInt64) -> Bool {
        tables.contains(table) && !filter.mayContain(hash)
    }

    /// Notes a key that a layer speaks of from now on.
    @inline(__always)
    mutating func note(_ table: TableID, _ hash: UInt64) {
        guard tables.contains(table) else { return }
        filter.insert(hash)
        if build != nil { arrived.append(hash) }
    }

    /// Begins another filter.
    ///
    /// - Precondition: none is being made, and one that is in use is of the same tables. The caller notes all keys of its
    ///   layers now; what the build reads is read later.
    mutating func begin(_ build: KeyFilterBuild) {
        precondition(self.build == nil, "one filter is made at a time")
        let wanted = TableSet(build.tables)
        precondition(bytes == 0 || wanted == tables, "a filter in use knows nothing of other tables")
        tables = wanted
        self.build = build
    }

    /// Brings the filter that is being made forward, and into use once it knows everything.
    mutating func advance() {
        guard let build, build.isDone else { return }
        if next == nil {
            next = build.take()
            guard next != nil else { return forget(build) }
        }
        let step = arrived.suffix(FilteredKeys.keysPerStep)
        for hash in step { next?.insert(hash) }
        arrived.removeLast(step.count)
        guard arrived.isEmpty, let complete = next.take() else { return }
        filter = complete
        self.build = nil
        arrived = []
    }

    /// Does without a filter: keys have come that were not noted.
    mutating func removeAll() {
        tables = []
        filter = .everything()
        if let build { forget(build) }
    }

    private mutating func forget(_ build: KeyFilterBuild) {
        build.cancel()
        self.build = nil
        next = nil
        arrived = []
    }
}
