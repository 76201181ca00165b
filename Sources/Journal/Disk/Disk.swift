/// Everything the journal asks of a file system; the seam at which tests cut the power.
///
/// Paths are absolute or relative to the working directory. Every failing call throws a ``DiskError``; a failed
/// ``DiskFile/synchronize()`` is never asked for again, because the kernel may have dropped the pages that it could
/// not write, and the next call would then lie.
public protocol Disk: Sendable {
    /// Opens a file.
    ///
    /// - Throws: ``DiskError``; `.create` fails with `EEXIST` when the file is there already.
    func open(_ path: String, _ access: FileAccess) throws(DiskError) -> any DiskFile

    /// Gives a file another name in the same file system, replacing what has that name.
    ///
    /// Durable only after ``synchronizeDirectory(_:)``.
    func rename(_ path: String, to newPath: String) throws(DiskError)

    /// Removes a file. Durable only after ``synchronizeDirectory(_:)``.
    func remove(_ path: String) throws(DiskError)

    /// The names in a directory, without `.` and `..`, in ascending order.
    func list(_ directory: String) throws(DiskError) -> [String]

    /// Makes a directory (mode 0700) and those above it that are missing, durably. Nothing happens when it is there.
    func createDirectory(_ path: String) throws(DiskError)

    /// Makes creations, renames and removals in a directory durable (fsync of the directory).
    func synchronizeDirectory(_ path: String) throws(DiskError)

    /// Bytes that an ordinary user can still write to the file system of `path`.
    func freeBytes(_ path: String) throws(DiskError) -> UInt64
}

/// How a file is opened.
public enum FileAccess: Sendable {
    /// An existing file, to read.
    case read
    /// An existing file, to read and write.
    case write
    /// A new file (mode 0600), to read and write; fails when it exists.
    case create
}

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
    /// - Returns: How many bytes were read; fewer than asked for only at the end of the file.
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(DiskError) -> Int

    /// Makes all that was written durable, with the size (fdatasync). Never retried, by nobody.
    func synchronize() throws(DiskError)

    /// Reserves room for `bytes` from the beginning, so that a full disk shows before anything is written.
    ///
    /// The file has at least that size afterwards. Does nothing on file systems that can not reserve.
    func allocate(_ bytes: UInt64) throws(DiskError)

    /// Cuts or extends the file to `bytes`.
    func truncate(to bytes: UInt64) throws(DiskError)

    /// The size in bytes.
    func size() throws(DiskError) -> UInt64

    /// Closes; the file must not be used any more.
    func close()
}
