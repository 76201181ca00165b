/// Names a table for the store: its number in frames and its name as an LMDB sub-database.
public struct TableDefinition: Sendable {
    /// The number that frames carry.
    public let id: TableID
    /// The name of the LMDB sub-database.
    public let name: String

    /// Makes a definition.
    public init(_ id: TableID, _ name: String) {
        self.id = id
        self.name = name
    }
}
