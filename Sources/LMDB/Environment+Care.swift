internal import CLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Environment {
    /// The state of an environment, for operators and metrics.
    public struct Info: Hashable, Sendable {
        /// Size of the map, which is the most that the data file can grow to.
        public let mapBytes: Int
        /// Size of a page.
        public let pageBytes: Int
        /// Number of the last page in use; pages count from 0.
        public let lastPage: Int
        /// Id of the last committed transaction.
        public let lastTransaction: UInt64
        /// Number of reader slots.
        public let readersMax: Int
        /// Reader slots that are taken, of all processes: also by readers that hold no state now, and by those of
        /// processes that have died until ``Environment/clearStaleReaders()`` frees them.
        public let readersTaken: Int
        /// Readers that hold a state now, of all processes.
        public let readersActive: Int
        /// Id of the oldest transaction that a reader still sees; nil without readers.
        ///
        /// Pages freed later are kept.
        public let oldestReaderTransaction: UInt64?

        /// The extent of the data file that is or was in use, in bytes.
        public var usedBytes: Int { (lastPage + 1) * pageBytes }
    }

    /// Reads the state.
    ///
    /// - Complexity: O(reader slots).
    public func info() throws(LMDBError) -> Info {
        var info = unsafe MDB_envinfo()
        try unsafe LMDBError.check(mdb_env_info(pointer, &info))
        var statistics = MDB_stat()
        try unsafe LMDBError.check(mdb_env_stat(pointer, &statistics))
        var readers = ReaderList()
        let result = unsafe withUnsafeMutablePointer(to: &readers) { list in
            unsafe mdb_reader_list(pointer, readReaderLine, list)
        }
        // lmdb.h: "< 0 on failure, >= 0 on success."
        if result < 0 { throw LMDBError(rawValue: result) }
        return unsafe Info(
            mapBytes: info.me_mapsize,
            pageBytes: Int(statistics.ms_psize),
            lastPage: info.me_last_pgno,
            lastTransaction: UInt64(info.me_last_txnid),
            readersMax: Int(info.me_maxreaders),
            readersTaken: readers.taken,
            readersActive: readers.active,
            oldestReaderTransaction: readers.oldest
        )
    }

    /// Frees the reader slots of processes that have died.
    ///
    /// lmdb.h: "Stale reader transactions left behind by an aborted program cause further writes to grow the database
    /// quickly". Slots of this process are never stale: its readers end by construction.
    ///
    /// - Returns: The number of slots freed.
    @discardableResult
    public func clearStaleReaders() throws(LMDBError) -> Int {
        var dead: CInt = 0
        try unsafe LMDBError.check(mdb_reader_check(pointer, &dead))
        return Int(dead)
    }

    /// Flushes to disk the commits that the operating system still holds in memory.
    ///
    /// Needed only with ``Options/noSync``.
    ///
    /// - Throws: ``LMDBError``: `inputOutput` (LMDB does not remember it: the caller must stop), `accessDenied`
    ///   when read-only.
    public func synchronize() throws(LMDBError) {
        // "If non-zero, force a synchronous flush."
        try unsafe LMDBError.check(mdb_env_sync(pointer, 1))
    }

    /// Copies the newest committed state into another directory while writers continue, and syncs the copy.
    ///
    /// Without `compacting` the writer waits for the first two pages only. The copy reads in a transaction of its own,
    /// so the data file grows when there is much writing meanwhile. When this throws, the target holds a partial copy
    /// that the caller removes; so copy beside the final place and rename.
    ///
    /// - Parameters:
    ///   - directory: "This directory must already exist and be writable but must otherwise be empty."
    ///   - compacting: True to leave free pages out: the copy is smaller and takes longer.
    /// - Throws: ``LMDBError``: `noSpace`, `noSuchFile`, `accessDenied`, another `errno`.
    public func copy(to directory: String, compacting: Bool = false) throws(LMDBError) {
        let flags = compacting ? UInt32(MDB_CP_COMPACT) : 0
        try unsafe LMDBError.check(mdb_env_copy2(pointer, directory, flags))
        // The library leaves the copy to the page cache.
        try synchronizeFile(directory + "/data.mdb", flags: O_RDONLY)
        try synchronizeFile(directory, flags: O_RDONLY | O_DIRECTORY)
    }
}

private func synchronizeFile(_ path: String, flags: CInt) throws(LMDBError) {
    let descriptor = unsafe open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw LMDBError(rawValue: errno) }
    let code = fsync(descriptor) == 0 ? 0 : errno
    close(descriptor)
    try LMDBError.check(code)
}

/// The totals of the lines of `mdb_reader_list`.
private struct ReaderList {
    var taken = 0
    var active = 0
    var oldest: UInt64?
}

/// Takes one line: process, thread and transaction, the last one `-` for a slot that holds no state now.
private func readReaderLine(_ message: UnsafePointer<CChar>?, _ context: UnsafeMutableRawPointer?) -> CInt {
    guard let message = unsafe message, let context = unsafe context else { return 0 }
    let list = unsafe context.assumingMemoryBound(to: ReaderList.self)
    for line in unsafe String(cString: message).split(separator: "\n") {
        let fields = line.split(separator: " ")
        // Neither the head of the list nor the line for an empty one begins with a process.
        guard fields.count == 3, Int(fields[0]) != nil else { continue }
        unsafe list.pointee.taken += 1
        guard let transaction = UInt64(fields[2]) else { continue }
        unsafe list.pointee.active += 1
        unsafe list.pointee.oldest = min(list.pointee.oldest ?? .max, transaction)
    }
    return 0
}
