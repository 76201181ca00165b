import Store

/// A state that counts what is read of it.
final class CountedState: StateScanning {
    private let state: Snapshot
    /// Records that were read or walked over.
    private(set) var records = 0

    init(_ state: Snapshot) {
        self.state = state
    }

    /// Counts the records that a closure reads.
    func count(_ body: () throws -> Void) rethrows -> Int {
        let before = records
        try body()
        return records - before
    }

    func read<Result>(_ table: TableID, _ key: borrowing Key, _ decode: (RawSpan) -> Result) -> Result? {
        records += 1
        return state.read(table, key, decode)
    }

    func isCurrent(_ id: ProjectionID) -> Bool { state.isCurrent(id) }

    func scan(
        _ table: TableID, prefix: borrowing Key, from start: Key?, descending: Bool,
        _ visit: (RawSpan, RawSpan) -> Bool
    ) {
        state.scan(table, prefix: prefix, from: start, descending: descending) { key, value in
            records += 1
            return visit(key, value)
        }
    }
}
