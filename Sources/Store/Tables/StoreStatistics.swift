internal import LMDB

#if canImport(Glibc)
    internal import Glibc
#endif

/// Sizes of the LMDB environment.
public struct StoreStatistics: Sendable {
    /// Address space that the map may use.
    public var mapBytes: Int
    /// Bytes of the file that are in use.
    public var usedBytes: Int
    /// Reader slots in use.
    public var readers: Int
    /// The newest commit.
    public var lastTransaction: UInt64
    /// The oldest commit that a reader still sees.
    public var oldestReaderTransaction: UInt64?
}
