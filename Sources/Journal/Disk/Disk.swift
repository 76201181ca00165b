/// Does everything that the journal needs of a file system; the seam at which tests cut the power.
///
/// Paths are absolute or relative to the working directory. Every failing call throws a ``DiskError``; a failed
/// ``DiskFile/synchronize()`` is never repeated: the kernel may have dropped the pages that it could not write, and
/// the next call would then report success.
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

extension Disk {
    /// Makes a file, replacing the one that an interrupted attempt has left under its name.
    public func createAnew(_ path: String) throws(DiskError) -> any DiskFile {
        do throws(DiskError) { try remove(path) } catch  where error.isMissing {} catch { throw error }
        return try open(path, .create)
    }

    /// All bytes of a file.
    public func bytes(of path: String) throws(DiskError) -> [UInt8] {
        let file = try open(path, .read)
        defer { file.close() }
        var bytes = [UInt8](repeating: 0, count: Int(try file.size()))
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        let count = try file.read(into: &raw, at: 0)
        return Array(bytes[..<count])
    }
}
