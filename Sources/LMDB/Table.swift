/// A handle of one named tree of records, ordered by key, byte by byte.
///
/// Belongs to one ``Environment``.
public struct Table: Hashable, Sendable {
    let number: UInt32
    let environment: UInt32
}

/// The size of a table in one transaction's state.
public struct TableStatistics: Hashable, Sendable {
    /// Number of records.
    public let entries: Int
    /// Levels of the tree, 0 when empty.
    public let depth: Int
    /// Inner pages.
    public let branchPages: Int
    /// Pages with records.
    public let leafPages: Int
    /// Pages with values that are too long for a leaf.
    public let overflowPages: Int
    /// Size of a page.
    public let pageBytes: Int

    /// All pages of the table, in bytes.
    public var bytes: Int { (branchPages + leafPages + overflowPages) * pageBytes }
}

/// What a put does about the key.
public enum PutMode: Hashable, Sendable {
    /// Stores the value, whether or not the key is there.
    case overwrite
    /// Stores the value only when the key is absent; otherwise changes nothing and answers false.
    case insert
    /// Stores at the end of the table, without a search and with full pages.
    ///
    /// Throws ``LMDBError/keyExists`` when the key does not come after the last one.
    case append
}
