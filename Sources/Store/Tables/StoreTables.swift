/// The tables that belong to the store itself.
enum StoreTables {
    /// The next free entity number.
    ///
    /// Part of the state like any other table.
    static let sequence = TableID(rawValue: 251)
    static let definitions = [TableDefinition(sequence, "store_sequence")]

    /// The events of a frame: in frames only, in no store and no digest.
    static let frameEvents = TableID(rawValue: 252)

    /// The position of LMDB: not part of the state, not in frames, not in the digest.
    static let metaName = "store_meta"

    /// The position of the derived tables: as little part of the state as they are.
    static let derivedName = "derived_meta"
}
