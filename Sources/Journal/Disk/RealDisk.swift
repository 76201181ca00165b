import Glibc

/// The file system of this machine, over POSIX calls.
///
/// Interrupted calls are repeated, except synchronisation.
public struct RealDisk: Disk {
    /// Makes the one there is.
    public init() {}

    /// Opens a file; `open(2)`.
    public func open(_ path: String, _ access: FileAccess) throws(DiskError) -> any DiskFile {
        let flags =
            switch access {
            case .read: O_RDONLY
            case .write: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            }
        let descriptor = try retrying(access == .create ? .create : .open, path) {
            unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        }
        return RealDiskFile(descriptor: descriptor, path: path)
    }

    /// Gives a file another name; `rename(2)`.
    public func rename(_ path: String, to newPath: String) throws(DiskError) {
        _ = try retrying(.rename, path) { unsafe Glibc.rename(path, newPath) }
    }

    /// Removes a file; `unlink(2)`.
    public func remove(_ path: String) throws(DiskError) {
        _ = try retrying(.remove, path) { unsafe Glibc.unlink(path) }
    }

    /// The names in a directory, ascending; `readdir(3)`.
    public func list(_ directory: String) throws(DiskError) -> [String] {
        guard let stream = unsafe opendir(directory) else {
            throw DiskError(operation: .list, path: directory, code: errno)
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while true {
            // "To distinguish end of stream from an error, set errno to zero before calling readdir()": readdir(3).
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            // d_name is a null-terminated string inside the entry, valid until the next readdir on this stream.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw DiskError(operation: .list, path: directory, code: errno) }
        return names.sorted()
    }

    /// Makes a directory and those above it, durably; `mkdir(2)`.
    public func createDirectory(_ path: String) throws(DiskError) {
        if unsafe mkdir(path, 0o700) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, let parent = Self.parent(of: path) else {
                throw DiskError(operation: .createDirectory, path: path, code: errno)
            }
            try createDirectory(parent)
            guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw DiskError(operation: .createDirectory, path: path, code: errno)
            }
        }
        // A directory that is not on stable storage takes everything in it along when the power goes.
        try synchronizeDirectory(Self.parent(of: path) ?? ".")
    }

    /// The directory that a path is in; nil for a bare name.
    static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes changes of a directory durable; `fsync(2)`.
    public func synchronizeDirectory(_ path: String) throws(DiskError) {
        let descriptor = try retrying(.synchronizeDirectory, path) {
            unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw DiskError(operation: .synchronizeDirectory, path: path, code: errno)
        }
    }

    /// Bytes that an ordinary user can still write; `statvfs(3)`.
    public func freeBytes(_ path: String) throws(DiskError) -> UInt64 {
        var status = statvfs()
        _ = try retrying(.freeSpace, path) { unsafe statvfs(path, &status) }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}

/// Calls until the answer is not "interrupted", and turns -1 into the error.
func retrying(_ operation: DiskError.Operation, _ path: String, _ call: () -> CInt) throws(DiskError) -> CInt {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw DiskError(operation: operation, path: path, code: code) }
    }
}
