internal import CLMDB

/// A place in a table, which moves in key order.
///
/// Lent by `withCursor` of a transaction, and gone with that call.
///
/// Moving and writing are `mutating`, lending an entry is not, so the compiler refuses to move while an entry is lent.
@safe
public struct Cursor: ~Copyable {
    private let pointer: OpaquePointer
    private let isWritable: Bool

    /// True if the cursor stands on an entry: the last call was a move that answered true.
    ///
    /// After a put or a delete it is false until the next move.
    public private(set) var isOnEntry = false
    private var entryKey = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private var entryValue = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    private init(_ handle: TransactionHandle, _ table: Table, isWritable: Bool) throws(LMDBError) {
        handle.check(table)
        var made: OpaquePointer?
        try unsafe LMDBError.check(mdb_cursor_open(handle.pointer, table.number, &made))
        guard let pointer = unsafe made else { preconditionFailure("mdb_cursor_open succeeded without a result") }
        unsafe self.pointer = pointer
        self.isWritable = isWritable
    }

    deinit {
        // "Its transaction must still be live if it is a write-transaction": `lend` runs inside the transaction.
        unsafe mdb_cursor_close(pointer)
    }

    /// Opens a cursor for the length of a closure.
    static func lend<R>(
        _ handle: TransactionHandle, _ table: Table, isWritable: Bool,
        _ body: (inout Cursor) throws(LMDBError) -> R
    ) throws(LMDBError) -> R {
        var cursor = try Cursor(handle, table, isWritable: isWritable)
        let lent = unsafe cursor.pointer
        // The one way out of an inout loan is a swap with another lent cursor.
        defer { unsafe precondition(cursor.pointer == lent, "a cursor stays in the closure that it was lent to") }
        return try body(&cursor)
    }

    // MARK: Moving

    /// Moves to the first entry.
    ///
    /// False when the table is empty.
    @discardableResult
    public mutating func first() throws(LMDBError) -> Bool { try unsafe move(MDB_FIRST) }

    /// Moves to the last entry.
    ///
    /// False when the table is empty.
    @discardableResult
    public mutating func last() throws(LMDBError) -> Bool { try unsafe move(MDB_LAST) }

    /// Moves to the next entry, or to the first from nowhere.
    ///
    /// False at the end.
    ///
    /// After ``delete()``, the entry after the deleted one.
    @discardableResult
    public mutating func next() throws(LMDBError) -> Bool { try unsafe move(MDB_NEXT) }

    /// Moves to the previous entry, or to the last from nowhere.
    ///
    /// False at the beginning.
    @discardableResult
    public mutating func previous() throws(LMDBError) -> Bool { try unsafe move(MDB_PREV) }

    /// Moves to the first entry whose key is equal to or after the given one.
    ///
    /// False when there is none.
    ///
    /// - Throws: ``LMDBError``: `badValueSize` for an empty key; use ``first()``.
    @unsafe @discardableResult
    public mutating func seek(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        // "Position at first key greater than or equal to specified key."
        unsafe try move(MDB_SET_RANGE, key)
    }

    /// Moves to the first entry whose key is equal to or after the given one.
    ///
    /// Does the same as the form with a pointer.
    @inlinable @discardableResult
    public mutating func seek(_ key: RawSpan) throws(LMDBError) -> Bool {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) in unsafe try seek(key) }
    }

    /// Moves to the entry of exactly this key.
    ///
    /// False when there is none.
    ///
    /// - Throws: ``LMDBError``: `badValueSize` for an empty key.
    @unsafe @discardableResult
    public mutating func find(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
        // "Position at specified key, return key + data."
        unsafe try move(MDB_SET_KEY, key)
    }

    /// Moves to the entry of exactly this key.
    ///
    /// Does the same as the form with a pointer.
    @inlinable @discardableResult
    public mutating func find(_ key: RawSpan) throws(LMDBError) -> Bool {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) in unsafe try find(key) }
    }

    @inline(__always)
    private mutating func move(
        _ operation: MDB_cursor_op,
        _ target: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    ) throws(LMDBError) -> Bool {
        var key = unsafe MDB_val(target)
        var value = unsafe MDB_val()
        switch unsafe mdb_cursor_get(pointer, &key, &value, operation) {
        case MDB_SUCCESS:
            isOnEntry = true
            unsafe entryKey = key.bytes
            unsafe entryValue = value.bytes
            return true
        case MDB_NOTFOUND:
            isOnEntry = false
            return false
        case let code:
            isOnEntry = false
            throw LMDBError(rawValue: code)
        }
    }

    // MARK: Reading

    /// The key of the entry.
    ///
    /// The memory is valid until the next move or write, which the caller must ensure, and must not be written.
    ///
    /// - Precondition: ``isOnEntry``.
    @unsafe
    public var key: UnsafeRawBufferPointer {
        precondition(isOnEntry, "a cursor gives a key only while it stands on an entry")
        return unsafe entryKey
    }

    /// The value of the entry.
    ///
    /// The memory is valid until the next move or write, which the caller must ensure, and must not be written.
    ///
    /// - Precondition: ``isOnEntry``.
    @unsafe
    public var value: UnsafeRawBufferPointer {
        precondition(isOnEntry, "a cursor gives a value only while it stands on an entry")
        return unsafe entryValue
    }

    /// Lends key and value of the entry to a closure.
    ///
    /// - Precondition: ``isOnEntry``.
    @inlinable
    public func withEntry<R, Failure: Error>(
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(Failure) -> R
    ) throws(Failure) -> R {
        let key = unsafe self.key
        let value = unsafe self.value
        return try body(unsafe RawSpan(_unsafeBytes: key), unsafe RawSpan(_unsafeBytes: value))
    }

    // MARK: Writing

    /// Stores a value.
    ///
    /// The next ``next()`` goes to the entry after it.
    ///
    /// Keys in ascending order are cheapest: LMDB first looks at the page where the cursor stands.
    ///
    /// - Precondition: the cursor belongs to a write transaction.
    /// - Returns: True if it was stored; false only with ``PutMode/insert`` for a key that is there.
    /// - Throws: ``LMDBError`` as a put of the transaction.
    @unsafe @discardableResult
    public mutating func put(
        _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ mode: PutMode = .overwrite
    ) throws(LMDBError) -> Bool {
        precondition(isWritable, "only a cursor of a write transaction writes")
        isOnEntry = false
        var keyValue = unsafe MDB_val(key)
        var data = unsafe MDB_val(value)
        return try mode.stored(
            LMDBError.code { unsafe mdb_cursor_put(pointer, &keyValue, &data, mode.flags) })
    }

    /// Stores a value.
    ///
    /// Does the same as the form with pointers.
    @inlinable @discardableResult
    public mutating func put(
        _ key: RawSpan, _ value: RawSpan, _ mode: PutMode = .overwrite
    ) throws(LMDBError) -> Bool {
        try unsafe key.withUnsafeBytes { (key) throws(LMDBError) in
            try unsafe value.withUnsafeBytes { (value) throws(LMDBError) in
                unsafe try put(key, value, mode)
            }
        }
    }

    /// Deletes the entry.
    ///
    /// "This does not invalidate the cursor": ``next()`` goes to the entry after it.
    ///
    /// - Precondition: ``isOnEntry``, and the cursor belongs to a write transaction.
    public mutating func delete() throws(LMDBError) {
        precondition(isWritable, "only a cursor of a write transaction writes")
        precondition(isOnEntry, "a cursor deletes the entry that it stands on")
        isOnEntry = false
        try LMDBError.check(LMDBError.code { unsafe mdb_cursor_del(pointer, 0) })
    }
}
