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
    /// Readers that hold a state now.
    public var readers: Int
    /// Reader slots that are taken.
    public var readersTaken: Int
    /// Reader slots that there are.
    public var readersMax: Int
    /// The newest commit.
    public var lastTransaction: UInt64
    /// The oldest commit that a reader still sees.
    public var oldestReaderTransaction: UInt64?
}
