/// A handle of one named tree of records, ordered by key, byte by byte.
///
/// Belongs to one ``Environment``.
public struct Table: Hashable, Sendable {
    let number: UInt32
    let environment: UInt32
}
