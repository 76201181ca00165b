/// A snapshot that can also be walked in key order.
///
/// A transaction cannot: its newest records are unsorted.
public protocol StateScanning: StateReading {
    /// True if the derived tables of a projection are here and what the tables of the state give.
    func isCurrent(_ id: ProjectionID) -> Bool

    /// Walks the records whose key starts with `prefix`, in key order or against it, from `start` on.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - prefix: The beginning of the keys to visit.
    ///   - start: The first key to visit, itself included; nil for the end of the range that the order begins at. It
    ///     must have the prefix. When it is not present, the walk begins at the next key in walking order.
    ///   - descending: True to walk against the key order.
    ///   - visit: Gets key and value for the length of the call; returns true to continue.
    func scan(
        _ table: TableID, prefix: borrowing Key, from start: Key?, descending: Bool,
        _ visit: (RawSpan, RawSpan) -> Bool
    )
}
