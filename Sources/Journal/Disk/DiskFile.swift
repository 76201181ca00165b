/// An open file.
///
/// Confined to one thread at a time; closed at the latest when the last reference goes.
public protocol DiskFile: AnyObject {
    /// The path it was opened with, for messages.
    var path: String { get }

    /// Writes all the bytes at an offset, extending the file where needed. Not durable before ``synchronize()``.
    func write(_ bytes: RawSpan, at offset: UInt64) throws(DiskError)

    /// Reads into `bytes` from an offset until it is full or the file ends.
    ///
    /// - Returns: The number of bytes read; fewer than asked for only at the end of the file.
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(DiskError) -> Int

    /// Makes all that was written durable, with the size (fdatasync). No caller may retry it after an error.
    func synchronize() throws(DiskError)

    /// Reserves room for `bytes` from the beginning, so that a full disk shows before anything is written.
    ///
    /// The file has at least that size afterwards. Does nothing on file systems that cannot reserve.
    func allocate(_ bytes: UInt64) throws(DiskError)

    /// Cuts or extends the file to `bytes`.
    func truncate(to bytes: UInt64) throws(DiskError)

    /// The size in bytes.
    func size() throws(DiskError) -> UInt64

    /// Closes; the file must not be used any more.
    func close()
}
