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
    /// A directory, by what it is and not by how its path is spelled.
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

    /// To be called when the environment is closed, not before: until then a second open would do harm.
    static func leave(_ identity: Identity) {
        open.withLock { _ = $0.remove(identity) }
    }
}
