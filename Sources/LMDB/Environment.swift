internal import CLMDB
internal import Synchronization

// Why `@unchecked Sendable` is right: lmdb.h lets every thread use an MDB_env once it is open; what it does not let
// threads do together (setting flags or sizes, closing) is done here in `open` and `deinit` only, and opening tables is
// serialized in `openTables`.

/// An open LMDB directory (`data.mdb`, `lock.mdb`): the place where transactions begin.
///
/// It closes when the last reference is released. Transactions hold one, so it never closes under a transaction. A
/// process can have a directory open once (lmdb.h: "Do not have open an LMDB database twice in the same process at the
/// same time"); a second open is refused. Not to be used in the child of a `fork`.
///
/// - Invariant: every commit is fully synced before it returns, unless ``Options/noSync``. `MDB_WRITEMAP` is never
///   used: with it a full disk is a signal, and a stray pointer is silent damage.
@safe
public final class Environment: @unchecked Sendable {
    /// The default map size: 256 GiB of address space, which costs neither memory nor disk.
    ///
    /// It is also the most that the data file can grow to. Resizing a live map is a trap, so it starts large.
    public static let mapBytesDefault = 256 << 30

    /// Limits and modes of an environment.
    public struct Options: Sendable {
        /// Size of the map and upper limit of the data file, in bytes; rounded up to 64 KiB.
        public var mapBytes = Environment.mapBytesDefault
        /// The most tables that can be open.
        ///
        /// Each costs up to 120 machine words per transaction.
        public var tablesMax = 64
        /// The most read transactions at a time, of all processes together.
        ///
        /// The first process that opens decides.
        public var readersMax = 512
        /// True to refuse writes.
        ///
        /// The data file must exist. The lock file is written even so.
        public var readOnly = false
        /// True if commits skip the sync.
        ///
        /// For tests and benchmarks only: a power cut can then destroy the whole file.
        public var noSync = false
        /// True to switch read-ahead off, which helps random reads in a file larger than memory.
        public var noReadAhead = false

        /// The defaults.
        public init() {}

        var flags: UInt32 {
            // "Tie reader locktable slots to MDB_txn objects instead of to threads." Swift moves work between threads.
            var flags = UInt32(MDB_NOTLS)
            if readOnly { flags |= UInt32(MDB_RDONLY) }
            if noSync { flags |= UInt32(MDB_NOSYNC) }
            if noReadAhead { flags |= UInt32(MDB_NORDAHEAD) }
            return flags
        }
    }

    /// The directory, as it was given.
    public let path: String
    /// The options it was opened with.
    public let options: Options
    /// The longest key in bytes: 511 in every build that Debian has shipped.
    public let keyBytesMax: Int

    let pointer: OpaquePointer
    /// Tells apart the tables of different environments.
    ///
    /// Never reused in a process.
    let serial: UInt32
    /// The thread that has the write transaction, 0 for none.
    let writerThread = Atomic<UInt>(0)

    private let identity: OpenRegistry.Identity
    private let tableOpening = Mutex<Void>(())
    private static let lastSerial = Atomic<UInt32>(0)

    /// Name and version of the C library in use.
    public static var libraryVersion: String { unsafe String(cString: mdb_version(nil, nil, nil)) }

    /// Opens a directory, and makes its files when they are not there.
    ///
    /// - Parameters:
    ///   - path: a directory that exists, on a local file system.
    ///   - options: limits and modes.
    /// - Throws: ``LMDBError``: `alreadyOpen` (in this process), `noSuchFile`, `accessDenied`, `versionMismatch`,
    ///   `invalid`, or another `errno`. Nothing stays open.
    /// - Returns: The open environment.
    public static func open(path: String, options: Options = Options()) throws(LMDBError) -> Environment {
        let identity = try OpenRegistry.Identity(directory: path)
        try OpenRegistry.enter(identity)
        do throws(LMDBError) {
            return try Environment(path: path, options: options, identity: identity)
        } catch {
            OpenRegistry.leave(identity)
            throw error
        }
    }

    private init(path: String, options: Options, identity: OpenRegistry.Identity) throws(LMDBError) {
        precondition(options.mapBytes > 0, "a map has a size")
        precondition(options.tablesMax > 0 && options.readersMax > 0, "there is at least one table and one reader")
        unsafe pointer = try Self.makeOpen(path: path, options: options)
        self.path = path
        self.options = options
        self.identity = identity
        serial = Self.lastSerial.add(1, ordering: .relaxed).newValue
        keyBytesMax = unsafe Int(mdb_env_get_maxkeysize(pointer))
    }

    private static func makeOpen(path: String, options: Options) throws(LMDBError) -> OpaquePointer {
        var made: OpaquePointer?
        try unsafe LMDBError.check(mdb_env_create(&made))
        guard let pointer = unsafe made else { preconditionFailure("mdb_env_create succeeded without a result") }
        do throws(LMDBError) {
            // "The size should be a multiple of the OS page size."
            let granule = 64 << 10
            let mapBytes = (options.mapBytes + granule - 1) / granule * granule
            try unsafe LMDBError.check(mdb_env_set_mapsize(pointer, mapBytes))
            try unsafe LMDBError.check(mdb_env_set_maxdbs(pointer, UInt32(options.tablesMax)))
            try unsafe LMDBError.check(mdb_env_set_maxreaders(pointer, UInt32(options.readersMax)))
            // Personal data: only the account of the server may read the files.
            try unsafe LMDBError.check(mdb_env_open(pointer, path, options.flags, 0o600))
        } catch {
            // "If this function fails, mdb_env_close() must be called to discard the MDB_env handle."
            unsafe mdb_env_close(pointer)
            throw error
        }
        return unsafe pointer
    }

    deinit {
        // "All transactions, databases, and cursors must already be closed before calling this function": transactions
        // retain the environment, cursors live inside them, and table handles need no closing.
        unsafe mdb_env_close(pointer)
        OpenRegistry.leave(identity)
    }

    /// Opens tables, and makes those that are not there unless the environment is read-only.
    ///
    /// Done in one transaction of its own, so that a handle can never belong to a transaction that was aborted
    /// (lmdb.h: "If the transaction is aborted the handle will be closed automatically"). Read transactions that began
    /// earlier cannot use the tables until they are refreshed.
    ///
    /// - Precondition: the calling thread has no write transaction.
    /// - Throws: ``LMDBError``: `tablesFull`; `notFound` when read-only and a table is missing; what a commit throws.
    /// - Returns: the handles in the order of the names, valid as long as the environment.
    public func openTables(_ names: [String]) throws(LMDBError) -> [Table] {
        precondition(names.allSatisfy { !$0.isEmpty }, "a table has a name")
        // `Mutex.withLock` cannot throw a typed error beside its result, so the closure gives a `Result`. "This
        // function must not be called from multiple concurrent transactions in the same process."
        let result: Result<[Table], LMDBError> = tableOpening.withLock { _ in
            do throws(LMDBError) {
                return .success(try openTablesAlone(names))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func openTablesAlone(_ names: [String]) throws(LMDBError) -> [Table] {
        var tables: [Table] = []
        if options.readOnly {
            let transaction = try beginRead()
            for name in names { tables.append(try transaction.handle.openTable(name, flags: 0)) }
            // The handles outlive a read transaction only when that one is committed.
            try transaction.commit()
        } else {
            let transaction = try beginWrite()
            for name in names { tables.append(try transaction.handle.openTable(name, flags: UInt32(MDB_CREATE))) }
            try transaction.commit()
        }
        return tables
    }

    /// Begins a read transaction on the newest committed state.
    ///
    /// The result may move to another thread but must be used by one at a time. It keeps every page of its state from
    /// being reused, so the file grows while it lives: keep it short, or ``ReadTransaction/refresh()`` it.
    ///
    /// - Throws: ``LMDBError``: `readersFull`, `mapResized`, `panic`.
    public func beginRead() throws(LMDBError) -> sending ReadTransaction {
        try ReadTransaction(environment: self)
    }

    /// Begins the write transaction; waits while another thread or process has one.
    ///
    /// - Precondition: the calling thread has no write transaction (it would wait for itself).
    /// - Throws: ``LMDBError``: `accessDenied` when read-only, `panic`, `mapResized`.
    public func beginWrite() throws(LMDBError) -> WriteTransaction {
        try WriteTransaction(environment: self)
    }
}
