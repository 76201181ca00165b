/// Anything that answers "what is stored under this key": the sequencer's transaction, or a snapshot.
public protocol StateReading {
    /// Lends the value under a key to `decode` for the length of the call; nil when there is none.
    func read<Result>(_ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result) -> Result?

    /// Reads, and finds the place of the record, at which a ``Transaction`` can write it.
    ///
    /// The spot is nil where nothing can be written.
    func locate<Result>(
        _ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result
    ) -> (result: Result?, spot: RecordSpot?)
}

extension StateReading {
    /// True if there is a value under the key.
    @inlinable
    public func contains(_ table: TableID, _ key: borrowing Key) -> Bool {
        read(table, key) { _ in true } ?? false
    }

    /// Reads, and gives no spot, because nothing can be written.
    @inlinable
    public func locate<Result>(
        _ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result
    ) -> (result: Result?, spot: RecordSpot?) {
        (read(table, key, decode), nil)
    }
}
