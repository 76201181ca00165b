internal import CLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A return code of the C library, verbatim: one of its own (negative) or an `errno` (positive).
public struct LMDBError: Error, RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code as LMDB returned it.
    public let rawValue: CInt

    /// Wraps a code.
    ///
    /// Every value is allowed, also one that has no name here.
    public init(rawValue: CInt) {
        self.rawValue = rawValue
    }

    /// The text of `mdb_strerror`, the code, and for codes that an operator can mend, the remedy.
    public var description: String {
        let text = unsafe String(cString: mdb_strerror(rawValue))
        guard let advice else { return "\(text) (LMDB code \(rawValue))" }
        return "\(text) (LMDB code \(rawValue)): \(advice)"
    }

    /// Throws unless the code means success.
    static func check(_ code: CInt) throws(LMDBError) {
        if code != MDB_SUCCESS { throw LMDBError(rawValue: code) }
    }

    /// The code of a call that writes pages, with ``noSpace`` where the disk took a part of a page only.
    ///
    /// LMDB makes `EIO` of a write that took fewer bytes than it was given (`mdb_page_flush` and
    /// `mdb_env_write_meta` of 0.9.24): of a regular file that means that there is no room. A system call that failed has left
    /// `EIO` in `errno`, a short one leaves `errno` alone, and so the two are told apart.
    static func code(of call: () -> CInt) -> CInt {
        errno = 0
        let code = call()
        return code == EIO && errno != EIO ? ENOSPC : code
    }

    /// True if the disk, or a quota, has no room for what was to be written.
    ///
    /// The environment stays usable: the same writes can be tried again in a new transaction.
    public var isOutOfSpace: Bool { rawValue == ENOSPC || rawValue == EDQUOT }

    private var advice: String? {
        switch self {
        case .mapFull: "the data has reached the map size; restart with a larger one"
        case .readersFull: "every reader slot is taken; restart with more, or look for readers that are kept too long"
        case .tablesFull: "more tables were opened than the environment was opened for"
        case .mapResized: "another process made the map larger; reopen the environment"
        case .versionMismatch: "the data file is of an incompatible version of LMDB; use that version to read it"
        case .invalid: "this is no LMDB data file, or its head is damaged; restore a snapshot"
        case .corrupted, .pageNotFound: "the data file is damaged; restore a snapshot"
        case .panic: "an earlier write failed for good; restart the process, the last durable commit is intact"
        case _ where isOutOfSpace: "the disk is full; free some space, nothing of this transaction was kept"
        case .accessDenied: "no permission for the files, or a write to what was opened read-only"
        case .alreadyOpen: "this process has the directory open already; LMDB must not be opened twice in a process"
        default: nil
        }
    }
}

// The codes that the header of LMDB 0.9.24 documents. Later libraries have more; those keep their number.
extension LMDBError {
    /// The key is there already, or an appended key does not come after the last one.
    public static var keyExists: LMDBError { LMDBError(rawValue: MDB_KEYEXIST) }
    /// No such key, or no such table.
    public static var notFound: LMDBError { LMDBError(rawValue: MDB_NOTFOUND) }
    /// A page that is referred to is not there: the file is damaged.
    public static var pageNotFound: LMDBError { LMDBError(rawValue: MDB_PAGE_NOTFOUND) }
    /// A page is of the wrong kind: the file is damaged.
    public static var corrupted: LMDBError { LMDBError(rawValue: MDB_CORRUPTED) }
    /// An earlier failure made the environment unusable.
    public static var panic: LMDBError { LMDBError(rawValue: MDB_PANIC) }
    /// The file was written by an incompatible version.
    public static var versionMismatch: LMDBError { LMDBError(rawValue: MDB_VERSION_MISMATCH) }
    /// The file is not an LMDB file.
    public static var invalid: LMDBError { LMDBError(rawValue: MDB_INVALID) }
    /// The map size is reached.
    public static var mapFull: LMDBError { LMDBError(rawValue: MDB_MAP_FULL) }
    /// ``Environment/Options/tablesMax`` is reached.
    public static var tablesFull: LMDBError { LMDBError(rawValue: MDB_DBS_FULL) }
    /// ``Environment/Options/readersMax`` is reached.
    public static var readersFull: LMDBError { LMDBError(rawValue: MDB_READERS_FULL) }
    /// No thread-local slot is left.
    ///
    /// Cannot happen with `MDB_NOTLS`.
    public static var threadStorageFull: LMDBError { LMDBError(rawValue: MDB_TLS_FULL) }
    /// The transaction has too many dirty pages.
    public static var transactionFull: LMDBError { LMDBError(rawValue: MDB_TXN_FULL) }
    /// The tree is deeper than a cursor can follow.
    public static var cursorFull: LMDBError { LMDBError(rawValue: MDB_CURSOR_FULL) }
    /// A page has no room left: an internal error of the library.
    public static var pageFull: LMDBError { LMDBError(rawValue: MDB_PAGE_FULL) }
    /// Another process made the data larger than this map.
    public static var mapResized: LMDBError { LMDBError(rawValue: MDB_MAP_RESIZED) }
    /// The table is of another kind than the operation needs.
    public static var incompatible: LMDBError { LMDBError(rawValue: MDB_INCOMPATIBLE) }
    /// A reader slot was used wrongly.
    public static var badReaderSlot: LMDBError { LMDBError(rawValue: MDB_BAD_RSLOT) }
    /// The transaction can do no more, because an earlier write in it failed.
    public static var badTransaction: LMDBError { LMDBError(rawValue: MDB_BAD_TXN) }
    /// A key is empty or longer than ``Environment/keyBytesMax``, or a value is 4 GiB or more.
    public static var badValueSize: LMDBError { LMDBError(rawValue: MDB_BAD_VALSIZE) }
    /// The table handle was changed while it was in use.
    public static var badTable: LMDBError { LMDBError(rawValue: MDB_BAD_DBI) }
    /// `EINVAL`: among others, a reader that was reset, or a table that was opened after the read transaction began.
    public static var invalidArgument: LMDBError { LMDBError(rawValue: EINVAL) }
    /// `ENOENT`: the directory, or for read-only use its data file, does not exist.
    public static var noSuchFile: LMDBError { LMDBError(rawValue: ENOENT) }
    /// `ENOSPC`: the disk is full.
    public static var noSpace: LMDBError { LMDBError(rawValue: ENOSPC) }
    /// `EIO`: the disk failed.
    ///
    /// After this nothing that was not synced before may be believed.
    public static var inputOutput: LMDBError { LMDBError(rawValue: EIO) }
    /// `EACCES`: no permission, or a write to a read-only environment.
    public static var accessDenied: LMDBError { LMDBError(rawValue: EACCES) }
    /// `EBUSY`, given by ``Environment/open(path:options:)``: this process has the directory open already.
    public static var alreadyOpen: LMDBError { LMDBError(rawValue: EBUSY) }
}
