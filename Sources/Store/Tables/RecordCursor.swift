internal import LMDB

/// A place in a table, lent by ``ProjectionWriter``.
public struct RecordCursor: ~Copyable {
    private let cursor: UnsafeMutablePointer<Cursor>

    private init(_ cursor: UnsafeMutablePointer<Cursor>) {
        self.cursor = cursor
    }

    static func lend<Result>(
        _ cursor: inout Cursor, _ body: (inout RecordCursor) throws(StoreError) -> Result
    ) -> Swift.Result<Result, StoreError> {
        withUnsafeMutablePointer(to: &cursor) { pointer in
            var lent = RecordCursor(pointer)
            do throws(StoreError) { return .success(try body(&lent)) } catch { return .failure(error) }
        }
    }

    /// The value of a key; nil when it has none.
    ///
    /// Valid until the cursor moves or anything is written. Keys in ascending order are cheapest.
    public mutating func find(_ key: borrowing Key) throws(StoreError) -> UnsafeRawBufferPointer? {
        do {
            return try key.withBytes { (bytes) throws(LMDBError) in
                try cursor.pointee.find(bytes) ? cursor.pointee.value : nil
            }
        } catch {
            throw StoreError(error, "A record cannot be read")
        }
    }

    /// Visits the records from one key on, in key order, up to another.
    ///
    /// The lent memory is valid for the call.
    public mutating func forEach(
        from first: borrowing Key, upTo end: borrowing Key, _ visit: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let end = end.bytes
        do {
            var isOnRecord = try first.withBytes { (bytes) throws(LMDBError) in try cursor.pointee.seek(bytes) }
            while isOnRecord, cursor.pointee.key.lexicographicallyPrecedes(end) {
                visit(cursor.pointee.value)
                isOnRecord = try cursor.pointee.next()
            }
        } catch {
            throw StoreError(error, "Records cannot be read")
        }
    }

    /// Lends the last key that begins with a prefix to a closure; nil, without a call, when there is none.
    public mutating func last<Result>(
        behind prefix: borrowing Key, _ read: (UnsafeRawBufferPointer) -> Result
    ) throws(StoreError) -> Result? {
        let prefix = prefix.bytes
        do {
            let after = Snapshot.successor(of: prefix)
            var isOnRecord = false
            if let after { isOnRecord = try cursor.pointee.seek(after.span.bytes) }
            isOnRecord = isOnRecord ? try cursor.pointee.previous() : try cursor.pointee.last()
            guard isOnRecord, cursor.pointee.key.starts(with: prefix) else { return nil }
            return read(cursor.pointee.key)
        } catch {
            throw StoreError(.failed, "A record cannot be read: \(error).")
        }
    }

    /// Stores a record.
    public mutating func put(_ key: borrowing Key, _ value: RawSpan) throws(StoreError) {
        do {
            try key.withBytes { (bytes) throws(LMDBError) in _ = try cursor.pointee.put(bytes.bytes, value) }
        } catch {
            throw StoreError(error, "A derived record cannot be written")
        }
    }

    /// Removes a record if it is there.
    public mutating func remove(_ key: borrowing Key) throws(StoreError) {
        do {
            try key.withBytes { (bytes) throws(LMDBError) in
                if try cursor.pointee.find(bytes) { try cursor.pointee.delete() }
            }
        } catch {
            throw StoreError(error, "A derived record cannot be removed")
        }
    }
}
