internal import Journal
internal import LMDB

#if canImport(Glibc)
    internal import Glibc
#endif

/// The tables on disk: LMDB, always a valid state at some position of the log.
///
/// Only ``apply(_:leadingTo:)`` changes it, one fully synced commit per layer.
public final class StateStore: Sendable {
    let environment: Environment
    private let definitions: [TableDefinition]
    private let byNumber: [Table?]
    private let meta: Table

    /// Opens the store in a directory that exists; creates it there unless `readOnly`.
    ///
    /// - Throws: ``StoreError``: the directory is in use by this process, of another format, or LMDB failed.
    public static func open(
        path: String, tables: [TableDefinition], readOnly: Bool = false, mapBytes: Int? = nil
    ) throws(StoreError) -> StateStore {
        try StateStore(path: path, tables: tables, readOnly: readOnly, mapBytes: mapBytes)
    }

    private init(path: String, tables: [TableDefinition], readOnly: Bool, mapBytes: Int?) throws(StoreError) {
        definitions = tables + StoreTables.definitions
        do {
            var options = Environment.Options()
            options.readOnly = readOnly
            options.tablesMax = 128
            options.noReadAhead = true
            if let mapBytes { options.mapBytes = mapBytes }
            environment = try Environment.open(path: path, options: options)
            let opened = try environment.openTables(definitions.map(\.name) + [StoreTables.metaName])
            var byNumber = [Table?](repeating: nil, count: 256)
            for (definition, table) in zip(definitions, opened) {
                precondition(byNumber[Int(definition.id.rawValue)] == nil, "every table has its own number")
                byNumber[Int(definition.id.rawValue)] = table
            }
            self.byNumber = byNumber
            meta = opened[definitions.count]
        } catch {
            throw StoreError(.failed, "The store in \(path) can not be opened: \(error).")
        }
    }

    /// All tables of the state, in the order of their numbers.
    public var tables: [TableDefinition] { definitions.sorted { $0.id.rawValue < $1.id.rawValue } }

    /// A consistent view of the newest commit.
    public func snapshot() throws(StoreError) -> Snapshot {
        do {
            return try Snapshot(transaction: environment.beginRead(), store: self)
        } catch {
            throw StoreError(.failed, "A snapshot of the store can not be taken: \(error).")
        }
    }

    /// The sequencer's transaction on the newest commit.
    public func transaction() throws(StoreError) -> Transaction {
        let base = try snapshot()
        return Transaction(base: base, digest: try base.point().digest)
    }

    /// Sizes for metrics.
    public func statistics() -> StoreStatistics? {
        guard let info = try? environment.info() else { return nil }
        return StoreStatistics(
            mapBytes: info.mapBytes, usedBytes: info.usedBytes, readers: info.readersActive,
            lastTransaction: info.lastTransaction, oldestReaderTransaction: info.oldestReaderTransaction)
    }

    func table(_ id: TableID) -> Table {
        guard let table = byNumber[Int(id.rawValue)] else {
            preconditionFailure("table \(id.rawValue) is not one of this store's tables")
        }
        return table
    }

    func knows(_ id: TableID) -> Bool { byNumber[Int(id.rawValue)] != nil }

    var metaTable: Table { meta }
}

/// Sizes of the LMDB environment.
public struct StoreStatistics: Sendable {
    /// Address space that the map may use.
    public var mapBytes: Int
    /// Bytes of the file that are in use.
    public var usedBytes: Int
    /// Reader slots in use.
    public var readers: Int
    /// The newest commit.
    public var lastTransaction: UInt64
    /// The oldest commit that a reader still sees.
    public var oldestReaderTransaction: UInt64?
}

/// Ends the process when the store fails in a place that has nobody to tell: nothing acknowledged is lost, because
/// the journal has it; going on could answer from a state that is not there.
func stopOnStoreFailure(_ what: String, _ error: any Error) -> Never {
    let line = "usher: the store failed while \(what): \(error). Stopped; acknowledged claims are in the journal.\n"
    line.withCString { text in _ = write(2, text, strlen(text)) }
    exit(70)
}
