public import Domain

/// Takes the rows of an import as they come, and stores them unseen, a piece while the next one is gathered.
///
/// - Invariant: Two pieces of rows are in memory at most, and what is known of bad rows.
public struct ImportIntake: ~Copyable {
    /// Ends the rows of an import.
    public struct Rest: Sendable {
        /// Rows that the caller could not read: bad ones, which were not handed in.
        public var unreadRows: Int
        /// Stores a record with the codes; when it throws, the import is undone.
        public var ending: Engine.ImportEnding?

        /// Makes the end.
        public init(unreadRows: Int = 0, ending: Engine.ImportEnding? = nil) {
            self.unreadRows = unreadRows
            self.ending = ending
        }
    }

    private let engine: Engine
    private let tenant: TenantNumber
    private let rowsMax: Int
    private let atomic: Bool
    private let actor: Actor
    private var gathered = ImportPieces()
    /// Has a place among big commands from the first piece on.
    private var command: BigCommand?
    /// The piece that is being stored.
    private var storing: Task<BigImport, any Error>?
    /// The import after the last piece that is known to be stored.
    private var progress: BigImport?

    init(engine: Engine, tenant: TenantNumber, rowsMax: Int, atomic: Bool, actor: Actor) {
        self.engine = engine
        self.tenant = tenant
        self.rowsMax = rowsMax
        self.atomic = atomic
        self.actor = actor
    }

    // MARK: Rows

    /// Takes the next rows; returns when there is memory for more.
    ///
    /// - Throws: ``EngineError`` when the rows before cannot be stored.
    public mutating func take(_ rows: [ImportRow]) async throws {
        for row in rows {
            if let piece = gathered.take(row) { try await store(piece) }
        }
    }

    private mutating func store(_ piece: [ImportRow]) async throws {
        try await settle()
        let command = try enter()
        let (tenant, rowsMax, known) = (tenant, rowsMax, progress)
        storing = command.task {
            var begun = known
            if begun == nil {
                begun = try await command.begin(
                    { context throws(Rejection) in BigImport.begin(tenant, rowsMax: rowsMax, in: &context) },
                    end: \.range.end)
            }
            guard let begun else { preconditionFailure("an import has begun before its first piece") }
            return try await command.piece { context throws(Rejection) in
                begun.take(piece[...], in: &context)
            }.value
        }
    }

    /// Waits until the piece in hand is stored.
    private mutating func settle() async throws {
        guard let task = storing else { return }
        storing = nil
        progress = try await task.value
    }

    private mutating func enter() throws(EngineError) -> BigCommand {
        if let command { return command }
        let entered = try BigCommand.enter(.fed, on: engine, by: actor)
        command = entered
        return entered
    }

    // MARK: The end

    /// Stores what was gathered last, and lets everybody see everything.
    mutating func finish(_ rest: Rest) async throws -> Decided<ImportReport> {
        let last = gathered.takeRest()
        if command == nil, rest.ending == nil {
            let order = ImportCodes(tenant: tenant, rows: last, atomic: atomic, unreadRows: rest.unreadRows)
            return try await engine.decide(by: actor) { context throws(Rejection) in
                try Codes.importRows(order, in: &context)
            }
        }
        if !last.isEmpty { try await store(last) }
        try await settle()
        let (command, progress, atomic) = (try enter(), progress, atomic)
        return try await command.task { try await ImportIntake.finish(command, progress, atomic, rest) }.value
    }

    private static func finish(
        _ command: BigCommand, _ stored: BigImport?, _ atomic: Bool, _ rest: Rest
    ) async throws -> Decided<ImportReport> {
        var (progress, report) = (stored, stored?.report ?? ImportReport(imported: 0, failures: []))
        if atomic, rest.unreadRows > 0 || !report.failures.isEmpty {
            report.imported = 0
            progress = nil
            await command.giveUp()
        }
        let end = try rest.ending?(report)
        return try await command.finish { [report, progress] context throws(Rejection) in
            switch progress?.finish(in: &context) {
            case .lost?: return .lost
            case .later?: return .later
            case .done?, nil: break
            }
            try end?(&context)
            return .done(report)
        }
    }

    /// Removes what was stored.
    mutating func giveUp() async {
        guard let command else { return }
        try? await settle()
        _ = await command.task { await command.giveUp() }.result
    }

    /// Gives the place back.
    func leave() { command?.leave() }
}
