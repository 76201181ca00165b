import Glibc

/// A call to the operating system that failed, with everything a message needs.
public struct DiskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call to the operating system that failed.
    public enum Operation: String, Sendable {
        case open, create, read, write, synchronize, allocate, truncate, close
        case rename, remove, list, size, freeSpace, createDirectory, synchronizeDirectory
    }

    /// The call to the operating system that failed.
    public var operation: Operation
    /// The file or directory of the call.
    public var path: String
    /// The `errno` of the failure.
    public var code: CInt

    /// Makes an error from its parts.
    public init(operation: Operation, path: String, code: CInt) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// True when the disk or the quota is full: nothing is broken, there is only no room.
    public var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }

    /// True when the file or directory is not there.
    public var isMissing: Bool { code == ENOENT }

    /// For people: `synchronize of /data/…: Input/output error (errno 5)`.
    public var description: String {
        // strerror never returns null; its buffer is per thread in glibc since 2.32.
        let text = unsafe String(cString: strerror(code))
        return "\(operation.rawValue) of \(path): \(text) (errno \(code))"
    }
}

extension DiskError {
    /// The error for a file that was not begun because the room would not be enough.
    static func noRoom(_ path: String) -> DiskError { DiskError(operation: .allocate, path: path, code: ENOSPC) }
}
