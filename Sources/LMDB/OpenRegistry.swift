internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The directories that this process has open.
///
/// lmdb.h: "Do not have open an LMDB database twice in the same process at the same time. Not even from a plain
/// open() call - close()ing it breaks fcntl() advisory locking."
enum OpenRegistry {
    /// Identifies a directory by device and inode, so that two spellings of its path are one.
    struct Identity: Hashable {
        let device: UInt64
        let node: UInt64

        init(directory path: String) throws(LMDBError) {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { throw LMDBError(rawValue: errno) }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            node = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    private static let open = Mutex<Set<Identity>>([])

    /// Notes a directory as open, or throws ``LMDBError/alreadyOpen``.
    static func enter(_ identity: Identity) throws(LMDBError) {
        let isNew = open.withLock { $0.insert(identity).inserted }
        if !isNew { throw .alreadyOpen }
    }

    /// Notes a directory as closed.
    ///
    /// Call it after the environment is closed: a second open before that would break its
    /// locks.
    static func leave(_ identity: Identity) {
        open.withLock { _ = $0.remove(identity) }
    }
}
