internal import LMDB

/// Lends a projection, at the end of a layer, the write transaction that the layer is applied in.
public struct ProjectionWriter: ~Copyable {
    private let transaction: UnsafeMutablePointer<WriteTransaction>
    private let store: StateStore
    /// The snapshot in which the tables of the state are read, when it is not the transaction.
    private let source: Snapshot?

    init(_ transaction: UnsafeMutablePointer<WriteTransaction>, store: StateStore, source: Snapshot?) {
        self.transaction = transaction
        self.store = store
        self.source = source
    }

    /// Lends a cursor: for writing on a derived table, for reading on a table of the state.
    ///
    /// Cursors on several tables may be open at a time; memory that one has lent is invalid after a write through
    /// another.
    public func withCursor<Result>(
        _ table: TableID, _ body: (inout RecordCursor) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do {
            guard let source, !store.isDerived(table) else {
                return try transaction.pointee.withCursor(store.table(table)) { (cursor) throws(LMDBError) in
                    RecordCursor.lend(&cursor, body)
                }.get()
            }
            return try source.withCursor(table) { (cursor) throws(LMDBError) in RecordCursor.lend(&cursor, body) }.get()
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, "Table \(table.rawValue) cannot be used")
        }
    }
}
