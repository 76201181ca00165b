/// A table that gives each key to exactly one owner: whoever comes first.
public struct UniqueTable: Sendable {
    /// The table whose records the owners are.
    public let table: TableID

    /// Names the table.
    public init(_ table: TableID) {
        self.table = table
    }

    /// Gives the key to `owner` if nobody has it.
    ///
    /// - Returns: nil when the key was free and is the owner's now; else the number of the owner that is there.
    public func insertIfAbsent(_ key: borrowing Key, owner: UInt64, in state: Transaction) -> UInt64? {
        if let existing = self.owner(key, in: state) { return existing }
        state.insert(table, key) { $0.append(compact: owner) }
        return nil
    }

    /// Who has the key; nil when it is free.
    public func owner(_ key: borrowing Key, in state: some StateReading) -> UInt64? {
        state.read(table, key) { bytes in
            var reader = ValueReader(bytes)
            return reader.compact()
        }
    }

    /// Frees the key.
    ///
    /// - Precondition: somebody has it.
    public func remove(_ key: borrowing Key, in state: Transaction) {
        state.remove(table, key)
    }
}
