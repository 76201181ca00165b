internal import Journal
internal import LMDB

#if canImport(Glibc)
    internal import Glibc
#endif

/// The tables on disk: LMDB, always a valid state at some position of the log.
///
/// Only ``apply(_:leadingTo:verifying:progress:)`` changes it, one fully synced commit per layer.
public final class StateStore: Sendable {
    let environment: Environment
    private let definitions: [TableDefinition]
    private let byNumber: [Table?]
    private let meta: Table
    /// The tables that are derived from those of the state and kept up to date.
    let derived: [DerivedTables]

    /// Opens the store in a directory that exists; creates it there unless `readOnly`.
    ///
    /// - Parameters:
    ///   - path: The directory.
    ///   - tables: The tables of the state.
    ///   - projections: The projections to keep up to date while applying. A read-only store leaves out those whose
    ///     tables it does not have.
    ///   - readOnly: True to refuse writes.
    ///   - mapBytes: The size of the map; nil for the default.
    /// - Returns: The store.
    /// - Throws: ``StoreError``: the directory is in use by this process, of another format, or LMDB failed.
    public static func open(
        path: String, tables: [TableDefinition], projections: [any Projection] = [], readOnly: Bool = false,
        mapBytes: Int? = nil
    ) throws(StoreError) -> StateStore {
        try StateStore(path: path, tables: tables, projections: projections, readOnly: readOnly, mapBytes: mapBytes)
    }

    private init(
        path: String, tables: [TableDefinition], projections: [any Projection], readOnly: Bool, mapBytes: Int?
    ) throws(StoreError) {
        definitions = tables + StoreTables.definitions
        do {
            var options = Environment.Options()
            options.readOnly = readOnly
            options.tablesMax = 128
            options.noReadAhead = true
            if let mapBytes { options.mapBytes = mapBytes }
            let environment = try Environment.open(path: path, options: options)
            self.environment = environment
            let opened = try environment.openTables(definitions.map(\.name) + [StoreTables.metaName])
            var byNumber = [Table?](repeating: nil, count: 256)
            for (definition, table) in zip(definitions, opened) {
                precondition(byNumber[Int(definition.id.rawValue)] == nil, "every table has its own number")
                byNumber[Int(definition.id.rawValue)] = table
            }
            var derived: [DerivedTables] = []
            for projection in projections {
                let opened = try StateStore.openDerived(projection, in: environment, &byNumber)
                if let opened { derived.append(opened) }
            }
            self.derived = derived
            self.byNumber = byNumber
            meta = opened[definitions.count]
        } catch {
            throw StoreError(error, "The store in \(path) cannot be opened")
        }
    }

    private static func openDerived(
        _ projection: any Projection, in environment: Environment, _ byNumber: inout [Table?]
    ) throws(LMDBError) -> DerivedTables? {
        let opened: [Table]
        do {
            opened = try environment.openTables(projection.tables.map(\.name) + [StoreTables.derivedName])
        } catch .notFound where environment.options.readOnly {
            return nil
        }
        for (definition, table) in zip(projection.tables, opened) {
            precondition(isDerivedNumber(definition.id), "derived tables have the numbers 64…127")
            precondition(byNumber[Int(definition.id.rawValue)] == nil, "every table has its own number")
            byNumber[Int(definition.id.rawValue)] = table
        }
        return DerivedTables(projection: projection, meta: opened[projection.tables.count])
    }

    private static func isDerivedNumber(_ id: TableID) -> Bool { (64...127).contains(id.rawValue) }

    /// True if a table is derived, and so no part of the state.
    func isDerived(_ id: TableID) -> Bool { StateStore.isDerivedNumber(id) }

    /// All tables of the state, in the order of their numbers.
    public var tables: [TableDefinition] { definitions.sorted { $0.id.rawValue < $1.id.rawValue } }

    /// The tables that every store has of its own, which are part of the state as well.
    public static var ownTables: [TableDefinition] { StoreTables.definitions }

    /// A projection that the store keeps up to date, and where its tables are.
    func derived(_ id: ProjectionID) -> DerivedTables? { derived.first { $0.projection.id == id } }

    /// Frees the reader slots of processes that have died: programs that were killed while they looked at the tables.
    ///
    /// - Returns: The number of slots freed; 0 also where LMDB cannot tell.
    public func clearStaleReaders() -> Int { (try? environment.clearStaleReaders()) ?? 0 }

    /// A consistent view of the newest commit.
    ///
    /// Where every reader slot is taken, those of processes that have died are freed first.
    public func snapshot() throws(StoreError) -> Snapshot {
        do {
            do throws(LMDBError) {
                return try Snapshot(transaction: environment.beginRead(), store: self)
            } catch .readersFull where clearStaleReaders() > 0 {
                return try Snapshot(transaction: environment.beginRead(), store: self)
            }
        } catch {
            throw StoreError(error, "A snapshot of the store cannot be taken")
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
            readersTaken: info.readersTaken, readersMax: info.readersMax, lastTransaction: info.lastTransaction,
            oldestReaderTransaction: info.oldestReaderTransaction)
    }

    func table(_ id: TableID) -> Table {
        guard let table = byNumber[Int(id.rawValue)] else {
            preconditionFailure("table \(id.rawValue) is not one of this store's tables")
        }
        return table
    }

    /// True if a table is one of the state's, which frames may speak of.
    func knows(_ id: TableID) -> Bool { byNumber[Int(id.rawValue)] != nil && !isDerived(id) }

    var metaTable: Table { meta }
}

/// Ends the process when the store fails in a place that cannot report it.
///
/// Nothing acknowledged is lost, because the journal has it; continuing could answer from a state that is not there.
func stopOnStoreFailure(_ what: String, _ error: any Error) -> Never {
    let line = "usher: the store failed while \(what): \(error). Stopped; acknowledged claims are in the journal.\n"
    line.withCString { text in _ = write(2, text, strlen(text)) }
    exit(70)
}
