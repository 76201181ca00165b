extension Transaction {
    /// The counter under a key; nil when there is none.
    public func counter(_ table: TableID, _ key: borrowing Key) -> CapacityCounter? {
        read(table, key) { bytes in
            guard let counter = CapacityCounter(decoding: bytes) else {
                preconditionFailure("a counter record is damaged although its checksums are right")
            }
            return counter
        }
    }

    /// Replaces a counter that is there.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: The key; made only where the counter is not in memory yet.
    ///   - spot: The result of ``locate(_:_:_:)`` for this key; nil where it was not asked.
    ///   - counter: The new counter.
    /// - Precondition: `used + held <= limit`; no decision may ever produce anything else.
    public func setCounter(
        _ table: TableID, _ key: @autoclosure () -> Key, at spot: RecordSpot? = nil, _ counter: CapacityCounter
    ) {
        precondition(counter.used + counter.held <= counter.limit, "used + held <= limit holds for every counter")
        put(table, key(), at: spot) { counter.encode(to: &$0) }
    }

    /// Stores the counter of a new thing.
    public func insertCounter(_ table: TableID, _ key: borrowing Key, _ counter: CapacityCounter) {
        precondition(counter.used + counter.held <= counter.limit, "used + held <= limit holds for every counter")
        insert(table, key) { counter.encode(to: &$0) }
    }
}
