internal import CLMDB
internal import Synchronization

/// A write transaction, of which an environment has at most one at a time.
///
/// Dropped without ``commit()``, it leaves no trace.
///
/// It begins, works and ends on one OS thread (lmdb.h: "A transaction and its cursors must only be used by a single
/// thread, and a thread may only have a single transaction at a time"): checked at the begin and at the end, and in
/// debug builds at every put. So there is no `await` inside. Readers do not wait for it, nor see it before the commit.
///
/// Values are lent while the transaction is borrowed and every write is `mutating`, so the compiler refuses a write
/// while a value is lent.
@safe
public struct WriteTransaction: ~Copyable {
    let handle: TransactionHandle

    init(environment: Environment) throws(LMDBError) {
        let thread = currentThread()
        precondition(
            environment.writerThread.load(ordering: .relaxed) != thread,
            "a thread has at most one write transaction: a second would wait for the first for ever"
        )
        handle = try TransactionHandle(environment: environment, flags: 0)
        environment.writerThread.store(thread, ordering: .relaxed)
    }

    deinit {
        leaveThread()
        unsafe mdb_txn_abort(handle.pointer)
        handle.release()
    }

    /// Makes the writes durable and visible to readers that begin or refresh from now on.
    ///
    /// Costs two flushes (data, then the head page). After an error nothing of the transaction is visible; `noSpace` and
    /// `mapFull` leave the environment usable. After `inputOutput` the caller must stop the process: LMDB does not
    /// remember a failed flush of the data.
    ///
    /// - Precondition: the thread is the one that began the transaction.
    /// - Throws: ``LMDBError``: `noSpace`, `inputOutput`, `badTransaction` when an earlier write failed.
    public consuming func commit() throws(LMDBError) {
        let handle = handle
        leaveThread()
        discard self
        // "The transaction handle is freed", whatever the answer.
        defer { handle.release() }
        try LMDBError.check(LMDBError.code { unsafe mdb_txn_commit(handle.pointer) })
    }

    /// Drops the writes, as destroying the value does.
    public consuming func abort() {}

    /// Notes that no thread has the write transaction.
    ///
    /// It comes before the C call that unlocks: after that another
    /// thread may have begun.
    private func leaveThread() {
        checkThread()
        handle.environment.writerThread.store(0, ordering: .relaxed)
    }

    private func checkThread() {
        precondition(
            handle.environment.writerThread.load(ordering: .relaxed) == currentThread(),
            "a write transaction begins and ends on one OS thread"
        )
    }

    /// The environment that is written.
    public var environment: Environment { handle.environment }

    /// Id that the commit will have.
    public var id: UInt64 { handle.id }

    /// Finds the value of a key: the form without any cost beyond LMDB's own.
    ///
    /// The bytes stay valid until the next write or the end of the transaction, which the caller must ensure (lmdb.h:
    /// "Values returned from the database are valid only until a subsequent update operation, or the end of the
    /// transaction"). They must not be written. An absent key gives nil, an empty value an empty buffer.
    ///
    /// - Throws: ``LMDBError``: `badValueSize` for an empty key, `badTransaction` after a failed write.
    @unsafe
    public func get(_ table: Table, _ key: UnsafeRawBufferPointer) throws(LMDBError) -> UnsafeRawBufferPointer? {
        unsafe try handle.get(table, key)
    }

    /// Lends the value of a key to a closure; nil, without a call, when the key is absent.
    ///
    /// - Throws: ``LMDBError`` as ``get(_:_:)``, and what the closure throws.
    @inlinable
    public func withValue<R>(
        _ table: Table, _ key: RawSpan, _ body: (RawSpan) throws(LMDBError) -> R
    ) throws(LMDBError) -> R? {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) -> R? in
            guard let value = unsafe try get(table, key) else { return nil }
            return try body(unsafe RawSpan(_unsafeBytes: value))
        }
    }

    /// True if a key is there.
    @inlinable
    public func contains(_ table: Table, _ key: RawSpan) throws(LMDBError) -> Bool {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) in unsafe try get(table, key) != nil }
    }

    /// The size of a table, this transaction's writes included.
    public func statistics(of table: Table) throws(LMDBError) -> TableStatistics {
        try handle.statistics(of: table)
    }

    /// Stores a value; the bytes are copied before the call returns.
    ///
    /// - Returns: True if it was stored; false only with ``PutMode/insert`` for a key that is there.
    /// - Throws: ``LMDBError``: `badValueSize` for an empty key or one over ``Environment/keyBytesMax``; `keyExists`
    ///   with ``PutMode/append`` out of order; `mapFull`, `transactionFull`, after which only an abort helps.
    @unsafe @discardableResult
    public mutating func put(
        _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) -> Bool {
        handle.check(table)
        assert(handle.environment.writerThread.load(ordering: .relaxed) == currentThread(), "used on another thread")
        var keyValue = unsafe MDB_val(key)
        var data = unsafe MDB_val(value)
        let code = LMDBError.code { unsafe mdb_put(handle.pointer, table.number, &keyValue, &data, mode.flags) }
        return try mode.stored(code)
    }

    /// Stores a value.
    ///
    /// Does the same as the form with pointers.
    @inlinable @discardableResult
    public mutating func put(
        _ table: Table, _ key: RawSpan, _ value: RawSpan, _ mode: PutMode = .overwrite
    ) throws(LMDBError) -> Bool {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) in
            try unsafe value.withUnsafeBytes { (value) throws(LMDBError) in
                unsafe try put(table, key, value, mode)
            }
        }
    }

    /// Deletes a record.
    ///
    /// - Returns: True if there was one.
    @unsafe @discardableResult
    public mutating func delete(_ table: Table, _ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        handle.check(table)
        var keyValue = unsafe MDB_val(key)
        // "This function will return MDB_NOTFOUND if the specified key/data pair is not in the database."
        switch LMDBError.code(of: { unsafe mdb_del(handle.pointer, table.number, &keyValue, nil) }) {
        case MDB_SUCCESS: return true
        case MDB_NOTFOUND: return false
        case let code: throw LMDBError(rawValue: code)
        }
    }

    /// Deletes a record.
    ///
    /// Does the same as the form with pointers.
    @inlinable @discardableResult
    public mutating func delete(_ table: Table, _ key: RawSpan) throws(LMDBError) -> Bool {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) in unsafe try delete(table, key) }
    }

    /// Deletes every record of a table.
    ///
    /// The table stays.
    ///
    /// - Complexity: O(pages of the table).
    public mutating func deleteAll(_ table: Table) throws(LMDBError) {
        handle.check(table)
        // "0 to empty the DB, 1 to delete it from the environment and close the DB handle."
        try LMDBError.check(LMDBError.code { unsafe mdb_drop(handle.pointer, table.number, 0) })
    }

    /// Lends a cursor, which stands on no entry yet, to a closure.
    ///
    /// It cannot outlive the call.
    ///
    /// Many puts in key order are fastest through one cursor. The transaction itself is out of reach meanwhile.
    public mutating func withCursor<R>(
        _ table: Table, _ body: (inout Cursor) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        try Cursor.lend(handle, table, isWritable: true, body)
    }
}
