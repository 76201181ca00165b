/// Anything that answers "what is stored under this key": the sequencer's transaction, or a snapshot.
public protocol StateReading {
    /// Lends the value under a key to `decode` for the length of the call; nil when there is none.
    func read<Result>(_ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result) -> Result?

    /// Reads, and says where the record is or would be, for a ``Transaction`` to write it there.
    ///
    /// The spot is nil where nothing can be written.
    func locate<Result>(
        _ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result
    ) -> (result: Result?, spot: RecordSpot?)
}

extension StateReading {
    /// Whether there is a value under the key.
    @inlinable
    public func contains(_ table: TableID, _ key: borrowing Key) -> Bool {
        read(table, key) { _ in true } ?? false
    }

    /// Reads; nothing can be written.
    @inlinable
    public func locate<Result>(
        _ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result
    ) -> (result: Result?, spot: RecordSpot?) {
        (read(table, key, decode), nil)
    }
}

/// A snapshot that can also be walked in key order.
///
/// A transaction can not: its newest records are unsorted.
public protocol StateScanning: StateReading {
    /// Whether the derived tables of a projection are here and what the tables of the state give.
    func isCurrent(_ id: ProjectionID) -> Bool

    /// Walks the records whose key starts with `prefix`, in key order or against it, from `start` on.
    ///
    /// - Parameters:
    ///   - start: the first key to visit, itself included; nil means the end of the range that the order begins at.
    ///     It must have the prefix. When it is not present, the walk begins at the next key in walking order.
    ///   - visit: gets key and value for the length of the call; answers whether to go on.
    func scan(
        _ table: TableID, prefix: borrowing Key, from start: Key?, descending: Bool,
        _ visit: (RawSpan, RawSpan) -> Bool
    )
}
