internal import CLMDB

/// One committed state of an environment, for reading.
///
/// It ends when the value is destroyed.
///
/// Not `Sendable`: it may move between threads, used by one at a time. lmdb.h on `MDB_NOTLS`: "A read-only transaction
/// may span threads if the user synchronizes its use." While it holds a state, no page freed later can be reused.
@safe
public struct ReadTransaction: ~Copyable {
    let handle: TransactionHandle

    init(environment: Environment) throws(LMDBError) {
        handle = try TransactionHandle(environment: environment, flags: UInt32(MDB_RDONLY))
    }

    deinit {
        // "The transaction handle is freed."
        unsafe mdb_txn_abort(handle.pointer)
        handle.release()
    }

    /// Ends a transaction in which tables were opened, so that their handles stay valid.
    consuming func commit() throws(LMDBError) {
        let handle = handle
        discard self
        let code = unsafe mdb_txn_commit(handle.pointer)
        handle.release()
        try LMDBError.check(code)
    }

    /// The environment that is read.
    public var environment: Environment { handle.environment }

    /// Id of the commit that is seen.
    ///
    /// "concurrent readers will frequently have the same transaction ID."
    public var id: UInt64 { handle.id }

    /// Finds the value of a key: the form without any cost beyond LMDB's own.
    ///
    /// The bytes stay valid until the transaction is reset, refreshed or ended, which the caller must ensure. They
    /// must not be written. An absent key gives nil, an empty value an empty buffer.
    ///
    /// - Throws: ``LMDBError``: `badValueSize` for an empty key, `invalidArgument` after ``reset()``.
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

    /// The size of a table.
    public func statistics(of table: Table) throws(LMDBError) -> TableStatistics {
        try handle.statistics(of: table)
    }

    /// Lends a cursor, which stands on no entry yet, to a closure.
    ///
    /// It cannot outlive the call.
    ///
    /// Writing through it breaks a precondition.
    public func withCursor<R>(
        _ table: Table, _ body: (inout Cursor) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        try Cursor.lend(handle, table, isWritable: false, body)
    }

    /// Releases the state but keeps the reader slot, so that ``renew()`` is cheap.
    ///
    /// lmdb.h: "The reader table lock is released, but the table slot stays tied to its thread or MDB_txn." Reads throw
    /// ``LMDBError/invalidArgument`` until then.
    public mutating func reset() {
        unsafe mdb_txn_reset(handle.pointer)
    }

    /// Begins to read the newest committed state after a ``reset()``.
    ///
    /// - Throws: ``LMDBError``: `invalidArgument` without a reset before; `panic`.
    public mutating func renew() throws(LMDBError) {
        try unsafe LMDBError.check(mdb_txn_renew(handle.pointer))
    }

    /// Moves on to the newest committed state.
    ///
    /// No allocation, no lock.
    public mutating func refresh() throws(LMDBError) {
        reset()
        try renew()
    }
}
