public import Journal
internal import LMDB

/// A consistent view of one LMDB commit, for reading on one thread at a time.
///
/// It pins the pages of its commit: keep it for one request, never across an `await`.
public final class Snapshot: StateScanning {
    private let transaction: ReadTransaction
    let store: StateStore

    init(transaction: consuming sending ReadTransaction, store: StateStore) {
        self.transaction = transaction
        self.store = store
    }

    /// Reads the point of the log that the view is at.
    public func point() throws(StoreError) -> JournalPoint {
        do {
            let key: [UInt8] = [0]
            let state = try transaction.withValue(store.metaTable, key.span.bytes) { JournalPoint(decoding: $0) }
            guard let state else { return .beginning }
            guard let state else { throw StoreError(.damaged, "The store's description of its own state is damaged.") }
            return state
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, "The store's position cannot be read")
        }
    }

    /// Tells if the derived tables of a projection are what the tables of the state give.
    public func projectionState(of id: ProjectionID) throws(StoreError) -> ProjectionState {
        guard let derived = store.derived(id) else { return .stale }
        let found: ProjectionPoint??
        do {
            let key: [UInt8] = [id.rawValue]
            found = try transaction.withValue(derived.meta, key.span.bytes) { ProjectionPoint(decoding: $0) }
        } catch {
            throw StoreError(error, "The position of the derived tables cannot be read")
        }
        let point = try point()
        // Nothing was ever derived: right as long as there is nothing to derive from.
        guard let found else { return point == .beginning ? .current : .stale }
        let current = ProjectionPoint(formatVersion: derived.projection.formatVersion, isComplete: true, point: point)
        return found == current ? .current : .stale
    }

    /// True if the derived tables of a projection can be read: not while they are stale.
    public func isCurrent(_ id: ProjectionID) -> Bool {
        do {
            return try projectionState(of: id) == .current
        } catch {
            stopOnStoreFailure("reading the position of derived tables", error)
        }
    }

    /// Lends a cursor for reading.
    func withCursor<Result>(
        _ table: TableID, _ body: (inout Cursor) throws(LMDBError) -> Result
    ) throws(LMDBError) -> Result {
        try transaction.withCursor(store.table(table), body)
    }

    /// Lends the value under a key; nil when there is none.
    ///
    /// O(log *n*) page reads.
    public func read<Result>(_ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result) -> Result? {
        key.withBytes { bytes in lookUp(table, bytes).map { decode($0.bytes) } }
    }

    func lookUp(_ table: TableID, _ key: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        do {
            return try transaction.get(store.table(table), key)
        } catch {
            stopOnStoreFailure("reading a record", error)
        }
    }

    /// Walks records by prefix; see ``StateScanning``.
    public func scan(
        _ table: TableID, prefix: borrowing Key, from start: Key?, descending: Bool,
        _ visit: (RawSpan, RawSpan) -> Bool
    ) {
        scan(table, prefix: prefix.bytes, from: start?.bytes, descending: descending) { visit($0.bytes, $1.bytes) }
    }

    /// Walks records by prefix, lending raw bytes.
    func scan(
        _ table: TableID, prefix: [UInt8], from start: [UInt8]?, descending: Bool,
        _ visit: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) {
        do {
            try transaction.withCursor(store.table(table)) { (cursor) throws(LMDBError) in
                var onEntry =
                    try descending
                    ? Snapshot.seekLast(&cursor, prefix: prefix, start: start)
                    : Snapshot.seekFirst(&cursor, key: start ?? prefix)
                while onEntry {
                    let key = cursor.key
                    guard key.count >= prefix.count, key[..<prefix.count].elementsEqual(prefix) else { return }
                    guard visit(key, cursor.value) else { return }
                    onEntry = descending ? try cursor.previous() : try cursor.next()
                }
            }
        } catch {
            stopOnStoreFailure("walking a table", error)
        }
    }

    private static func seekFirst(_ cursor: inout Cursor, key: [UInt8]) throws(LMDBError) -> Bool {
        key.isEmpty ? try cursor.first() : try cursor.seek(key.span.bytes)
    }

    /// Stands on the last record that is not behind `start` (or behind all keys with the prefix).
    private static func seekLast(
        _ cursor: inout Cursor, prefix: [UInt8], start: [UInt8]?
    ) throws(LMDBError) -> Bool {
        if let start {
            // No key is at or before the empty one, and LMDB does not look for it.
            guard !start.isEmpty else { return false }
            guard try cursor.seek(start.span.bytes) else { return try cursor.last() }
            return cursor.key.elementsEqual(start) ? true : try cursor.previous()
        }
        guard let after = successor(of: prefix) else { return try cursor.last() }
        return try cursor.seek(after.span.bytes) ? try cursor.previous() : try cursor.last()
    }

    /// The smallest key behind all keys with the prefix; nil when there is none.
    static func successor(of prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.popLast() {
            guard last < 0xFF else { continue }
            bytes.append(last + 1)
            return bytes
        }
        return nil
    }

    /// The number of records of a table.
    ///
    /// O(1).
    public func count(_ table: TableID) -> Int {
        (try? transaction.statistics(of: store.table(table)).entries) ?? 0
    }

    /// Bytes of the pages of a table.
    ///
    /// O(1).
    public func bytes(_ table: TableID) -> Int {
        (try? transaction.statistics(of: store.table(table)).bytes) ?? 0
    }

    /// The tables of the state, by number.
    public var tables: [TableDefinition] { store.tables }

    /// Recomputes the digest from every record: the proof that the tables are what the log says.
    ///
    /// - Parameter progress: Called with the number of records after every 100,000.
    /// - Returns: The digest.
    /// - Complexity: O(bytes of the state).
    public func computeDigest(progress: (Int) -> Void = { _ in }) -> Hash128 {
        var digest = Hash128.zero
        var records = 0
        for definition in store.tables {
            scan(definition.id, prefix: [], from: nil, descending: false) { key, value in
                digest = digest &+ StateHash.record(definition.id, key: key, value: value)
                records += 1
                if records.isMultiple(of: 100_000) { progress(records) }
                return true
            }
        }
        return digest
    }
}
