#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// An exclusive lock on a file, for as long as the value lives; the file names the process that has it.
public final class FileLock: Sendable {
    private let descriptor: CInt

    /// The number of attempts to take the lock, a hundredth of a second apart, before it counts as another's.
    ///
    /// A process that only looks for its holder (``holder(of:)``) has it for a moment.
    private static let attempts = 20

    init(path: String, directory: String) throws(EngineError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EngineError(.unusableDirectory, "\(path) cannot be opened: check the directory's owner and mode.")
        }
        guard FileLock.take(descriptor) else {
            close(descriptor)
            throw EngineError(
                .unusableDirectory,
                "Another usher is running on \(directory). Stop it first, or choose another --data directory.")
        }
        let name = Array("\(getpid())\n".utf8)
        // The contents of the file are for people only; the lock is the truth, so a full disk may leave it empty.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, name, name.count, 0)
    }

    /// Gives the lock up before the value goes.
    func release() {
        flock(descriptor, LOCK_UN)
    }

    deinit { close(descriptor) }

    private static func take(_ descriptor: CInt) -> Bool {
        for attempt in 1...attempts {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if attempt < attempts { usleep(10_000) }
        }
        return false
    }

    /// Who has a lock.
    public enum Holder: Equatable, Sendable {
        /// Nobody, or there is no such file.
        case nobody
        /// The process of that number; nil when the file does not say.
        case process(Int?)
    }

    /// Says who has the lock on a file, without keeping anybody from it.
    public static func holder(of path: String) -> Holder {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .nobody }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return .nobody }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        return .process(Int(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self)))
    }
}
