public import Journal
internal import LMDB

extension StateStore {
    /// Brings LMDB from the state before a layer to the state after it: one fully synced commit.
    ///
    /// Puts go in key order, by one cursor per table. On the way it recomputes the digest from what LMDB really
    /// holds and refuses to commit when it is not the one that the log has recorded.
    ///
    /// - Parameters:
    ///   - sealed: The layer.
    ///   - target: The point of the log after the layer.
    ///   - verifying: False while a snapshot is loaded piece by piece, when only the end has a known digest; the
    ///     digest found is recorded then.
    ///   - progress: Called every few records with the number written and the number of all: a caller that has time
    ///     may rest there. No reader waits for it.
    /// - Throws: ``StoreError``; nothing was changed. After `failed` the process must stop; after `noSpace` the same layer
    ///   can be applied again.
    /// - Complexity: O(*n* log *n*) for *n* keys of the layer.
    public func apply(
        _ sealed: SealedLayer, leadingTo target: JournalPoint, verifying: Bool = true,
        progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(StoreError) {
        let layer = sealed.layer.storage
        do {
            var transaction = try environment.beginWrite()
            let before = try snapshot()
            var digest = try before.point().digest
            var followers: [Follower] = []
            for derived in derived where try before.projectionState(of: derived.projection.id) == .current {
                followers.append(Follower(derived: derived, pass: derived.projection.makePass(over: before)))
            }
            let tables = SortedLayer.tables(of: layer)
            let total = tables.reduce(0) { $0 + $1.1.count }
            var written = 0
            for (table, items) in tables {
                let passes = followers.filter { $0.derived.projection.sources.contains(table) }.map(\.pass)
                let note = StateStore.note(table, to: passes)
                let change = try transaction.withCursor(self.table(table)) { (cursor) throws(LMDBError) in
                    try StateStore.write(items, of: layer, in: table, through: &cursor, note) {
                        progress(written + $0, total)
                    }
                }
                written += items.count
                digest = digest &+ change
            }
            var target = target
            if !verifying { target.digest = digest }
            guard digest == target.digest else {
                throw StoreError(
                    .digestMismatch,
                    "At position \(target.position) the log says digest \(target.digest), the tables give \(digest). "
                        + "The store has diverged from the journal: restore a snapshot, or start from an older copy.")
            }
            try StateStore.record(target, in: &transaction, table: metaTable)
            for follower in followers {
                try finish(follower.pass, follower.derived, at: target, in: &transaction)
            }
            try transaction.commit()
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, "LMDB could not take position \(target.position)")
        }
    }

    /// A projection that follows the layer.
    private struct Follower {
        var derived: DerivedTables
        var pass: any ProjectionPass
    }

    private static func record(
        _ target: JournalPoint, in transaction: inout WriteTransaction, table: Table
    ) throws(LMDBError) {
        try record(in: &transaction, table: table) { target.encode(to: &$0) }
    }

    /// Writes the record of a point.
    static func record(
        in transaction: inout WriteTransaction, table: Table, key: UInt8 = 0, _ encode: (inout ValueWriter) -> Void
    ) throws(LMDBError) {
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            var writer = ValueWriter(base: base, capacity: buffer.count)
            encode(&writer)
            return writer.count
        }
        bytes.removeLast(bytes.count - count)
        let key: [UInt8] = [key]
        try transaction.put(table, key.span.bytes, bytes.span.bytes, .overwrite)
    }

    /// The number of records written between two calls of `progress`.
    private static let recordsPerStep = 32

    /// Takes note of a record's change: its key, the value before and the value after.
    private typealias Note = (UnsafeRawBufferPointer, UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) -> Void

    /// Tells those who follow a table of its changes; nil where nobody does.
    ///
    /// Most tables have one follower: calling it costs less than walking a list of them for each record.
    private static func note(_ table: TableID, to followers: [any ProjectionPass]) -> Note? {
        guard let first = followers.first else { return nil }
        if followers.count == 1 { return { first.note(table, key: $0, old: $1, new: $2) } }
        return { key, old, new in
            for follower in followers { follower.note(table, key: key, old: old, new: new) }
        }
    }

    /// Writes one table's items in key order; returns how the digest changes.
    private static func write(
        _ items: [SortedLayer.Item], of layer: UnsafeMutablePointer<LayerStorage>, in table: TableID,
        through cursor: inout Cursor, _ note: Note?, _ progress: (Int) -> Void
    ) throws(LMDBError) -> Hash128 {
        var change = Hash128.zero
        let firstAppended = try cursor.last() ? SortedLayer.firstIndex(in: items, of: layer, behind: cursor.key) : 0
        for (number, item) in items.enumerated() {
            if number % recordsPerStep == 0 { progress(number) }
            let index = Int(item.index)
            let entry = layer.pointee.entries[index]
            let key = layer.pointee.key(index)
            if number >= firstAppended {
                guard entry.state == .present else { continue }
                note?(key, nil, layer.pointee.value(index))
                _ = try cursor.put(key, layer.pointee.value(index), .append)
            } else {
                let wasThere = entry.freshInLayer ? false : try cursor.find(key)
                if wasThere { change = change &- StateHash.record(table, key: key, value: cursor.value) }
                note?(
                    key, wasThere ? cursor.value : nil,
                    entry.state == .removed ? nil : layer.pointee.value(index))
                if entry.state == .removed {
                    if wasThere { try cursor.delete() }
                    continue
                }
                _ = try cursor.put(key, layer.pointee.value(index), .overwrite)
            }
            change = change &+ StateHash.record(table, key: key, value: layer.pointee.value(index))
        }
        return change
    }
}
