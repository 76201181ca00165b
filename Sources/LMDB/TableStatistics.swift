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
