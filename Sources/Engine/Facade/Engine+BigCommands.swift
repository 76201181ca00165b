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
        let pieces = order.pieces
        guard pieces.count > 1 || ending != nil else {
            return try await decide(by: actor) { context throws(Rejection) in
                try Codes.importRows(order, in: &context)
            }
        }
        return try await BigCommand.run(on: self, by: actor) { command in
            do {
                return try await Engine.carryOut(order, pieces, command, ending ?? { _ in { _ in } })
            } catch {
                await command.giveUp()
                throw error
            }
        }
    }

    private static func carryOut(
        _ order: ImportCodes, _ pieces: [ArraySlice<ImportRow>], _ command: BigCommand, _ ending: ImportEnding
    ) async throws -> Decided<ImportReport> {
        var progress: BigImport?
        if !pieces.isEmpty {
            progress = try await command.begin(
                { context throws(Rejection) in BigImport.begin(order, in: &context) }, end: \.range.end)
        }
        for piece in pieces {
            guard let known = progress else { break }
            progress = try await command.piece { context throws(Rejection) in known.take(piece, in: &context) }.value
        }
        var report = progress?.report ?? ImportReport(imported: 0, failures: [])
        if order.isRefused(with: report) {
            report.imported = 0
            progress = nil
            await command.giveUp()
        }
        let end = try ending(report)
        return try await command.finish { [report, progress] context throws(Rejection) in
            switch progress?.finish(in: &context) {
            case .lost?: return .lost
            case .later?: return .later
            case .done?, nil: break
            }
            try end(&context)
            return .done(report)
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
        let few = try await decide(by: actor) { context throws(Rejection) -> RevokedCodes? in
            guard let revoked = try Codes.revokeFew(order, in: &context) else { return nil }
            try finishing(revoked, &context)
            return revoked
        }
        if let revoked = few.value { return Decided(value: revoked, position: few.position, time: few.time) }
        return try await BigCommand.run(on: self, by: actor) { command in
            var begun = try await command.begin(
                { context throws(Rejection) in try BigRevocation.begin(order, in: &context) }, end: \.end)
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
        }
    }

    private static let revokedUncounted = EngineError(
        .outcomeUnknown, "The codes are revoked, but were not all counted. Send the request again to count them.")

    static let tooManyBigCommands = EngineError(
        .overloaded, "Other big commands are under way; nothing happened, try again in a moment.")
}
