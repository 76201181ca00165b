internal import LMDB
internal import Synchronization

/// Makes a filter of the keys that LMDB has, on a thread of its own, while the sequencer continues.
///
/// - SeeAlso: ``Transaction/beginKeyFilter(of:)``, which says what the sequencer adds to it.
public final class KeyFilterBuild: Sendable {
    /// Hands the filter from one thread to the other.
    private struct Outcome: ~Copyable {
        var filter: KeyFilter?
        var isDone = false
    }

    /// New keys that there is room for, however few there are.
    private static let roomMin = 2_000_000
    private static let keysPerLook: UInt64 = 16_384

    private let store: StateStore
    let tables: [TableID]
    private let isCancelled = Atomic(false)
    private let outcome = Mutex(Outcome())

    init(store: StateStore, tables: [TableID]) {
        self.store = store
        self.tables = tables
    }

    /// Reads all keys of the tables.
    ///
    /// When LMDB cannot be read there is no filter, and everything works as without one.
    ///
    /// - Complexity: O(*n*) keys; pins one snapshot meanwhile.
    public func run() {
        var made = scan()
        outcome.withLock { outcome in
            outcome.filter = made.take()
            outcome.isDone = true
        }
    }

    /// Lets ``run()`` end soon, without a filter.
    public func cancel() {
        isCancelled.store(true, ordering: .relaxed)
    }

    /// True if ``run()`` has ended.
    public var isDone: Bool { outcome.withLock { $0.isDone } }

    /// The filter, given away once.
    func take() -> KeyFilter? { outcome.withLock { $0.filter.take() } }

    private func scan() -> KeyFilter? {
        guard let snapshot = try? store.snapshot() else { return nil }
        let present = tables.reduce(0) { $0 + snapshot.count($1) }
        var filter = KeyFilter(capacity: 2 * present + KeyFilterBuild.roomMin)
        var seen: UInt64 = 0
        for table in tables {
            do {
                try snapshot.withCursor(table) { (cursor) throws(LMDBError) in
                    var onEntry = try cursor.first()
                    while onEntry {
                        filter.insert(StateHash.key(table, cursor.key))
                        seen += 1
                        if seen.isMultiple(of: KeyFilterBuild.keysPerLook), isCancelled.load(ordering: .relaxed) {
                            return
                        }
                        onEntry = try cursor.next()
                    }
                }
            } catch {
                return nil
            }
        }
        guard !isCancelled.load(ordering: .relaxed) else { return nil }
        return filter
    }
}
