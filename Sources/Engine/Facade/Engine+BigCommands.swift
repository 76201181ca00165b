public import Domain

/// Commands that touch more records than one turn of the sequencer should: all or nothing like any other, but decided
/// in pieces between the commands of others.
extension Engine {
    /// Makes random codes, all or none, in pieces between which other commands are decided.
    ///
    /// Before the returned position no reader sees any of them, from there on every reader sees all of them. Continues
    /// when the caller's task is cancelled. Up to `Codes.pieceMax` codes are one command.
    ///
    /// - Parameters:
    ///   - order: The codes to make.
    ///   - actor: The one who asks.
    ///   - finishing: Runs in the command that makes them visible, to store a record with them.
    /// - Returns: The codes.
    /// - Throws: The rejections of `Codes.generate`, or ``EngineError``: nothing happened, except after
    ///   `outcomeUnknown`: all or none of them are there.
    /// - Complexity: O(count), in commands of at most `Codes.pieceMax` codes.
    public func generateCodes(
        _ order: GenerateCodes, by actor: Actor = .host,
        finishing: @escaping @Sendable (MadeCodes, inout DecisionContext) throws(Rejection) -> Void = { _, _ in }
    ) async throws -> Decided<MadeCodes> {
        guard order.count > Int64(Codes.pieceMax) else {
            return try await decide(by: actor) { context throws(Rejection) in
                let codes = try Codes.make(order, in: &context).codes
                try finishing(codes, &context)
                return codes
            }
        }
        return try await BigCommand.run(on: self, by: actor) { command in
            do {
                let begun = try await command.begin(
                    { context throws(Rejection) in try BigGeneration.begin(order, in: &context) }, end: \.range.end)
                for piece in begun.pieces {
                    _ = try await command.piece { context throws(Rejection) in try begun.write(piece, in: &context) }
                }
                return try await command.finish { context throws(Rejection) in
                    let step = begun.finish(in: &context)
                    if case .done(let codes) = step { try finishing(codes, &context) }
                    return step
                }
            } catch {
                await command.giveUp()
                throw error
            }
        }
    }

    /// The end of an import: called once the report is known, off the sequencer's thread; the closure that it returns
    /// runs in the command that makes the codes visible, or that finds that there are none.
    public typealias ImportEnding =
        @Sendable (ImportReport) throws -> (@Sendable (inout DecisionContext) throws(Rejection) -> Void)

    /// Imports codes in pieces between which other commands are decided, otherwise as `Codes.importRows`.
    ///
    /// Before the returned position no reader sees any of them, from there on every reader sees all of them. Continues
    /// when the caller's task is cancelled.
    ///
    /// - Parameters:
    ///   - order: The rows to import.
    ///   - actor: The one who asks.
    ///   - ending: Stores a record with the codes; when it throws, the import is undone.
    /// - Returns: The report.
    /// - Throws: The error of `ending`, or ``EngineError``: nothing happened, except after `outcomeUnknown`:
    ///   everything or nothing.
    /// - Complexity: O(rows), in commands of at most `Codes.pieceMax` rows.
    public func importCodes(
        _ order: ImportCodes, by actor: Actor = .host, ending: ImportEnding? = nil
    ) async throws -> Decided<ImportReport> {
        try await importCodes(
            of: order.tenant, rowsMax: order.rows.count, atomic: order.atomic, by: actor
        ) { intake in
            try await intake.take(order.rows)
            return ImportIntake.Rest(unreadRows: order.unreadRows, ending: ending)
        }
    }

    /// Imports codes whose rows come one after the other, however many: they are stored as they come, and nobody sees
    /// them before the last one.
    ///
    /// Until `rows` returns, an error, its own or that of a piece, undoes the import; from then on it continues when the
    /// caller's task is cancelled.
    ///
    /// - Parameters:
    ///   - tenant: Whose codes.
    ///   - rowsMax: The most rows that come.
    ///   - atomic: True if one bad row keeps all others out.
    ///   - actor: The one who asks.
    ///   - rows: Hands the rows in.
    /// - Returns: The report.
    /// - Throws: The error of `rows` or of its ending, or ``EngineError``: nothing happened, except after
    ///   `outcomeUnknown`: everything or nothing.
    /// - Precondition: `rows` hands in `rowsMax` rows at most.
    /// - Complexity: O(rows) time, in commands of at most `Codes.pieceMax` rows; O(bad rows) memory.
    public func importCodes(
        of tenant: TenantNumber, rowsMax: Int, atomic: Bool, by actor: Actor = .host,
        rows: (inout ImportIntake) async throws -> ImportIntake.Rest
    ) async throws -> Decided<ImportReport> {
        var intake = ImportIntake(engine: self, tenant: tenant, rowsMax: rowsMax, atomic: atomic, actor: actor)
        do {
            let rest = try await rows(&intake)
            let decided = try await intake.finish(rest)
            intake.leave()
            return decided
        } catch {
            await intake.giveUp()
            intake.leave()
            throw error
        }
    }

    /// Takes codes back: many in one command, those of a campaign as one decision whose rows are written in pieces.
    ///
    /// From its first command on, all codes that the campaign has are taken back for everybody; others are decided
    /// between the pieces that write the rows. Continues when the caller's task is cancelled.
    ///
    /// - Parameters:
    ///   - order: The codes.
    ///   - actor: The one who asks.
    ///   - finishing: Runs in the command that writes the last row, to store a record with it.
    /// - Returns: The counts, at the position of the last row.
    /// - Throws: The rejections of `Codes.revoke`, or ``EngineError``: nothing happened, except after
    ///   `outcomeUnknown`: all codes are taken back, or none.
    /// - Complexity: O(codes), for a campaign in commands of at most `Codes.pieceMax` codes.
    public func revokeCodes(
        _ order: RevokeCodes, by actor: Actor = .host,
        finishing: @escaping @Sendable (RevokedCodes, inout DecisionContext) throws(Rejection) -> Void = { _, _ in }
    ) async throws -> Decided<RevokedCodes> {
        switch order.selection {
        case .texts, .numbers:
            return try await decide(by: actor) { context throws(Rejection) in
                let revoked = try Codes.revoke(order, in: &context)
                try finishing(revoked, &context)
                return revoked
            }
        case .campaign, .campaignKey: break
        }
        let command = BigCommand(on: self, by: actor)
        let first: Decided<(few: RevokedCodes?, begun: BigRevocation?)>
        do {
            first = try await command.decide { context throws(Rejection) in
                if let revoked = try Codes.revokeFew(order, in: &context) {
                    try finishing(revoked, &context)
                    return (revoked, nil)
                }
                let begun = try BigRevocation.begin(order, in: &context)
                // Here, so that the loop never takes it for an abandoned one.
                if let begun { command.own(begun.end) }
                return (nil, begun)
            }
        } catch {
            command.leave()
            throw error
        }
        if let revoked = first.value.few {
            return Decided(value: revoked, position: first.position, time: first.time)
        }
        guard let decided = first.value.begun else { throw Engine.tooManyBigCommands }
        return try await command.task {
            defer { command.leave() }
            var begun = decided
            do {
                while true {
                    let known = begun
                    let decided = try await command.piece { context throws(Rejection) in
                        let step = known.take(in: &context)
                        if case .done(let next) = step, !next.isLeft { try finishing(next.revoked, &context) }
                        return step
                    }
                    begun = decided.value
                    guard begun.isLeft else {
                        return Decided(value: begun.revoked, position: decided.position, time: decided.time)
                    }
                }
            } catch {
                // The codes are taken back; the loop writes what is left of their rows.
                throw Engine.revokedUncounted
            }
        }.value
    }

    private static let revokedUncounted = EngineError(
        .outcomeUnknown, "The codes are revoked, but were not all counted. Send the request again to count them.")

    static let tooManyBigCommands = EngineError(
        .overloaded, "Other big commands are under way; nothing happened, try again in a moment.")
}
