internal import CLMDB

/// The part that both kinds of transaction share: the C transaction and a reference to its environment.
///
/// A copyable handle without ownership of its own: exactly one transaction value owns it and calls `release` once.
/// The reference is unmanaged so that the owners can `discard self`.
@safe
struct TransactionHandle {
    let pointer: OpaquePointer
    let unmanaged: Unmanaged<Environment>
    let serial: UInt32

    init(environment: Environment, flags: UInt32) throws(LMDBError) {
        var made: OpaquePointer?
        try unsafe LMDBError.check(mdb_txn_begin(environment.pointer, nil, flags, &made))
        guard let pointer = unsafe made else { preconditionFailure("mdb_txn_begin succeeded without a result") }
        unsafe self.pointer = pointer
        unsafe unmanaged = Unmanaged.passRetained(environment)
        serial = environment.serial
    }

    var environment: Environment { unsafe unmanaged.takeUnretainedValue() }

    /// Releases the reference to the environment.
    ///
    /// After this the handle must not be used.
    func release() {
        unsafe unmanaged.release()
    }

    var id: UInt64 { unsafe UInt64(mdb_txn_id(pointer)) }

    @inline(__always)
    func check(_ table: Table) {
        precondition(table.environment == serial, "a table is used only with the environment that opened it")
    }

    func openTable(_ name: String, flags: UInt32) throws(LMDBError) -> Table {
        var number: MDB_dbi = 0
        try unsafe LMDBError.check(mdb_dbi_open(pointer, name, flags, &number))
        return Table(number: number, environment: serial)
    }

    @inline(__always)
    func get(_ table: Table, _ key: UnsafeRawBufferPointer) throws(LMDBError) -> UnsafeRawBufferPointer? {
        check(table)
        var keyValue = unsafe MDB_val(key)
        var value = unsafe MDB_val()
        switch unsafe mdb_get(pointer, table.number, &keyValue, &value) {
        case MDB_SUCCESS: return unsafe value.bytes
        case MDB_NOTFOUND: return nil
        case let code: throw LMDBError(rawValue: code)
        }
    }

    func statistics(of table: Table) throws(LMDBError) -> TableStatistics {
        check(table)
        var statistics = MDB_stat()
        try unsafe LMDBError.check(mdb_stat(pointer, table.number, &statistics))
        return TableStatistics(
            entries: statistics.ms_entries,
            depth: Int(statistics.ms_depth),
            branchPages: statistics.ms_branch_pages,
            leafPages: statistics.ms_leaf_pages,
            overflowPages: statistics.ms_overflow_pages,
            pageBytes: Int(statistics.ms_psize)
        )
    }
}

extension MDB_val {
    /// Lends bytes to a C call.
    ///
    /// LMDB does not write through a key, nor through a value without `MDB_RESERVE`.
    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    @inline(__always)
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
}

extension PutMode {
    @inline(__always)
    var flags: UInt32 {
        switch self {
        case .overwrite: 0
        case .insert: UInt32(MDB_NOOVERWRITE)
        case .append: UInt32(MDB_APPEND)
        }
    }

    /// Turns the code of a put into whether it stored the value.
    @inline(__always)
    func stored(_ code: CInt) throws(LMDBError) -> Bool {
        if code == MDB_SUCCESS { return true }
        if code == MDB_KEYEXIST, self == .insert { return false }
        throw LMDBError(rawValue: code)
    }
}
