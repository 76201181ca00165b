/// The number of a table: what journal frames carry instead of a name.
///
/// Never reused for another meaning.
public struct TableID: RawRepresentable, Hashable, Sendable {
    /// 1…250.
    ///
    /// 0 is never a table; 64…127 are for derived tables, which no frame carries; 251…255 belong to the store itself.
    public let rawValue: UInt8

    /// Makes an id from its number.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }
}
