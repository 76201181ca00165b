/// A set of tables.
public struct TableSet: Sendable, Equatable, ExpressibleByArrayLiteral {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Makes a set of the given tables.
    public init(arrayLiteral tables: TableID...) {
        for table in tables { insert(table) }
    }

    /// Makes a set of some tables.
    public init(_ tables: some Sequence<TableID>) {
        for table in tables { insert(table) }
    }

    /// Adds a table.
    @inline(__always)
    public mutating func insert(_ table: TableID) {
        let bit: UInt64 = 1 << UInt64(table.rawValue & 63)
        switch table.rawValue >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    /// Adds the tables of another set.
    public mutating func formUnion(_ other: TableSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
        words.3 |= other.words.3
    }

    /// True if the table is in the set.
    @inline(__always)
    public func contains(_ table: TableID) -> Bool {
        let bit: UInt64 = 1 << UInt64(table.rawValue & 63)
        switch table.rawValue >> 6 {
        case 0: return words.0 & bit != 0
        case 1: return words.1 & bit != 0
        case 2: return words.2 & bit != 0
        default: return words.3 & bit != 0
        }
    }

    /// True if both have the same tables.
    public static func == (left: TableSet, right: TableSet) -> Bool { left.words == right.words }
}
