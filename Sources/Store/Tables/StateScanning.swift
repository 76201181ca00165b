/// A snapshot that can also be walked in key order.
///
/// A transaction cannot: its newest records are unsorted.
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
