import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Wire

/// Codes in bulk: import and export.
extension Operations {
    static let codeStreams: [Operation] = [
        Operation(
            method: .post, path: admin + "/codes/import", name: "importCodes",
            summary:
                "Takes the good rows of a CSV or ndjson file and reports each bad one; atomic=true takes all or none.",
            chapter: .administration, need: .admin,
            query: [
                Operation.Parameter(name: "atomic", schema: ["type": "boolean", "default": false]),
                Operation.Parameter(
                    name: "strict",
                    schema: [
                        "type": "boolean", "default": false,
                        "description": "Refuse a file with unknown columns, instead of ignoring them.",
                    ]),
            ],
            body: .rows(ImportRow.self, csv: true), replies: [Operation.Reply(reportShape)], lane: .long,
            work: .rows(importCodes)),
        Operation(
            method: .get, path: admin + "/codes/export", name: "exportCodes",
            summary: "All codes as ndjson, or as CSV where Accept asks for it; newest first.",
            chapter: .administration, need: .read, query: codeFilters,
            replies: [.rows(of: CodeView.self)],
            dependsOnTime: true, lane: .long, work: .query(exportCodes)),
    ]

    private static func exportCodes(_ call: Call) async throws -> Answer {
        let makeQuery = try codeQuery(call, page: PageRequest(limit: PageRequest.limitMax))
        let format = RowFormat(call, isLong: true)
        let (engine, ids) = (call.api.engine, call.ids)
        // The first page is read before the head leaves, so that a failure can still be said.
        let orOlder = !call.wantsCurrent
        let first = try await engine.read(orOlder: orOlder, length: .long) { snapshot, now in
            let query = try makeQuery(snapshot)
            return (query: query, page: Codes.list(query, in: snapshot, now: now))
        }
        // All pages are judged by the time that the answer names.
        let asOf = first.time
        return Answer(
            type: format.type,
            body: .stream { writer in
                var rows = RowWriter<CodeView>(format: format, ids: ids)
                var (query, page) = first.value
                while true {
                    for code in page.items {
                        rows.append(code)
                        if let chunk = rows.takeChunk() { try await writer.write(chunk) }
                    }
                    guard let next = page.next else { break }
                    query.page.after = next
                    let current = query
                    page = try await engine.read(orOlder: orOlder, length: .long) { snapshot, _ in
                        Codes.list(current, in: snapshot, now: asOf)
                    }.value
                }
                try await writer.write(rows.takeRest())
            }
        ).read(first)
    }

    private static func importCodes(_ call: Call) async throws -> Answer {
        let keyed = try KeyedCommands(call)
        let (atomic, strict) = (try call.queryFlag("atomic"), try call.queryFlag("strict"))
        var source = ImportSource(call, isKeyed: keyed.hasKey)
        if let earlier = try await keyed.earlier() {
            while try await source.next() != nil {}
            try call.request.checkClient()
            return StoredAnswer(try keyed.check(earlier, source.fingerprint)).answer
        }
        let ids = call.ids
        var (unread, ignored): ([RowFailure], [String]) = ([], [])
        let decided = try await call.api.engine.importCodes(
            of: call.tenant, rowsMax: ImportReader.rowsMax, atomic: atomic, by: call.access.actor
        ) { intake in
            while let rows = try await source.next() { try await intake.take(rows) }
            try call.request.checkClient()
            (unread, ignored) = (source.reader.failures, source.reader.ignoredColumns)
            if strict, !ignored.isEmpty { throw unknownColumns(ignored) }
            guard let store = keyed.storing(source.fingerprint) else {
                return ImportIntake.Rest(unreadRows: unread.count)
            }
            return ImportIntake.Rest(unreadRows: unread.count) { [unread, ignored] report in
                let (kept, _) = try answer(report, unread, ignored, atomic).stored(ids)
                guard let kept = StoredAnswer(kept) else { throw Problem.reportTooLong }
                return { context throws(Rejection) in store.store(kept, in: &context) }
            }
        }
        return try answer(decided.value, unread, ignored, atomic).at(decided.position)
    }

    /// The report of an import.
    ///
    /// - Throws: the refusal of an atomic one in which a row is bad.
    private static func answer(
        _ report: ImportReport, _ unread: [RowFailure], _ ignored: [String], _ atomic: Bool
    ) throws(Problem) -> Answer {
        let undone = report.failures.map {
            RowFailure(line: $0.line, text: $0.text, code: $0.code, message: $0.message)
        }
        let failures = (undone + unread).sorted { $0.line < $1.line }
        if atomic, !failures.isEmpty { throw refused(failures) }
        return .shown(
            reportShape, ImportSummary(imported: report.imported, failures: failures, ignoredColumns: ignored))
    }

    private static let reportShape = AnswerShape.data(ImportSummary.self, name: "ImportReport")

    /// Refuses an import with unknown columns, of which nothing was taken.
    private static func unknownColumns(_ names: [String]) -> Problem {
        var errors = FieldErrors()
        for name in names {
            errors[name] = [UnknownName.message(for: name.lowercased(), among: ImportTable.columnNames)]
        }
        var problem = Problem.invalid(errors)
        problem.code = "import_refused"
        return problem
    }

    /// Refuses an import of which nothing was taken, with the reasons of the first hundred rows.
    private static func refused(_ failures: [RowFailure]) -> Problem {
        var errors = FieldErrors()
        for failure in failures.prefix(100) { errors.add("line \(failure.line)", failure.message) }
        var problem = Problem.invalid(errors)
        problem.code = "import_refused"
        return problem
    }
}

extension Problem {
    /// Refuses a request whose report is too long to be stored: a repeat could not be answered like the first.
    fileprivate static var reportTooLong: Problem {
        .invalid(
            field: "Idempotency-Key",
            "The report of this import is too long to be kept for a repeat; nothing was imported. Mend the bad rows, or "
                + "send it without a key.")
    }
}
