internal import Domain
internal import Foundation
internal import Journal
public import Store

/// Proves that what is on the disk is what was written and keeps every rule; changes nothing.
///
/// Works on a stopped directory and beside the server that runs on it: it reads LMDB in a transaction of its own, the
/// journal up to its last whole frame, and locks, cuts or makes nothing.
public enum Verification {
    /// Verifies a data directory.
    ///
    /// Every retained frame of the journal (checksums, chain, contents); the digest of the tables from a full scan
    /// against the recorded one and against the journal's frame at that position; every rule of the domain.
    ///
    /// - Parameters:
    ///   - directory: the data directory.
    ///   - violationsMax: after that many broken rules the rest is not looked at.
    ///   - projections: The derived tables to compute again and compare, beside the indexes of states, with which that
    ///     is always done; needs their space once more in the system's temporary directory.
    ///   - progress: Called often with the progress.
    /// - Returns: The report.
    /// - Throws: ``EngineError`` `unusableDirectory` when this is no data directory of this version: there is no
    ///   report then. Faults of a directory stand in the report.
    /// - Complexity: O(bytes of journal and tables). Beside a server, the pages that it replaces meanwhile are kept
    ///   until the end, so that LMDB's file may grow.
    public static func run(
        directory: String, violationsMax: Int = 100, projections: [any Projection] = [],
        progress: (VerificationProgress) -> Void = { _ in }
    ) throws(EngineError) -> VerificationReport {
        guard let manifest = try DataDirectory.readManifest(in: directory) else {
            throw EngineError(.unusableDirectory, "\(directory) is not a data directory: it has no usher.json.")
        }
        try DataDirectory.check(manifest, role: manifest.role, path: directory)
        var report = VerificationReport(path: directory, point: nil, checks: [])
        report.checks.append(
            VerificationReport.Check(
                "format", "format \(manifest.format), role \(manifest.role)",
                figures: [VerificationReport.Figure(name: "format", value: UInt64(max(0, manifest.format)))]))
        let projections = StateIndexes.all + projections
        // The tables first: the journal then reaches at least as far as they do.
        let state = checkStore(directory, projections, &report)
        report.point = state?.point
        let role: JournalRole = manifest.role == "replica" ? .replica : .primary
        checkJournal(directory, role, state?.point, &report, progress)
        guard let state else { return report }
        checkDigest(state, &report, progress)
        checkInvariants(state.snapshot, violationsMax, &report, progress)
        for projection in projections { check(projection, state.snapshot, &report, progress) }
        return report
    }

    private static func checkStore(
        _ directory: String, _ projections: [any Projection], _ report: inout VerificationReport
    ) -> (snapshot: Snapshot, point: JournalPoint)? {
        do {
            if let state = try openState(directory, projections) { return state }
            report.checks.append(VerificationReport.Check("store", "nothing was committed to the tables yet"))
        } catch {
            report.checks.append(
                VerificationReport.Check("store", "The tables cannot be read.", violations: ["\(error)"]))
        }
        return nil
    }

    /// A view of the tables; nil when nothing was ever committed to them.
    private static func openState(
        _ directory: String, _ projections: [any Projection]
    ) throws -> (snapshot: Snapshot, point: JournalPoint)? {
        let store = directory + "/store"
        // LMDB writes two pages when it makes a file; the tables come with the first commit.
        let attributes = try? FileManager.default.attributesOfItem(atPath: store + "/data.mdb")
        let bytes = (attributes?[.size] as? NSNumber)?.intValue ?? 0
        guard bytes > 2 * Int(sysconf(Int32(_SC_PAGESIZE))) else { return nil }
        let snapshot = try StateStore.open(
            path: store, tables: Tables.all, projections: projections, readOnly: true
        ).snapshot()
        return (snapshot, try snapshot.point())
    }

    // MARK: Journal

    private static func checkJournal(
        _ directory: String, _ role: JournalRole, _ applied: JournalPoint?, _ report: inout VerificationReport,
        _ progress: (VerificationProgress) -> Void
    ) {
        do {
            if applied == nil, try isEmpty(journal: directory + "/journal", role) {
                return report.checks.append(VerificationReport.Check("journal", "nothing was written to it yet"))
            }
            let (view, walk) = try walkJournal(directory, role, applied?.position, progress)
            report.checks.append(journalCheck(view, walk))
            report.checks.append(joinCheck(view, walk, applied))
        } catch {
            report.checks.append(
                VerificationReport.Check("journal", "The journal is not intact.", violations: ["\(error)"]))
            report.checks.append(
                .skipped("journal_digest", "not compared, because the journal is not intact"))
        }
    }

    /// True if a first start has come no further than to the directory.
    private static func isEmpty(journal: String, _ role: JournalRole) throws -> Bool {
        let configuration = JournalConfiguration(disk: VerificationDisk(), directory: journal, role: role)
        return try Journal.segments(configuration).isEmpty
    }

    /// Walks all frames; again from the new beginning when a running server removed the oldest segment meanwhile.
    private static func walkJournal(
        _ directory: String, _ role: JournalRole, _ position: LogPosition?,
        _ progress: (VerificationProgress) -> Void
    ) throws -> (JournalView, JournalWalk) {
        var attempts = 0
        while true {
            let view = try JournalView(dataDirectory: directory, role: role)
            do {
                return (view, try JournalWalk(view, remembering: position, progress: progress))
            } catch let error as JournalError {
                attempts += 1
                guard isRemovedMeanwhile(error), attempts < 5 else { throw error }
            }
        }
    }

    private static func isRemovedMeanwhile(_ error: JournalError) -> Bool {
        switch error {
        case .notRetained: true
        case .failed(let failure): failure.isMissing
        default: false
        }
    }

    private static func journalCheck(_ view: JournalView, _ walk: JournalWalk) -> VerificationReport.Check {
        var detail =
            "\(walk.frames) frames in \(view.segments.count) segments, from \(view.oldest) to \(view.end.position)"
        if let tail = view.tail {
            detail +=
                "; behind them \(tail.bytes) bytes of an unfinished frame (offset \(tail.offset) of \(tail.file)): "
                + "a running server is writing it, or the next start cuts it"
        }
        return VerificationReport.Check(
            "journal", detail,
            figures: [
                VerificationReport.Figure(name: "segments", value: UInt64(view.segments.count)),
                VerificationReport.Figure(name: "frames", value: walk.frames),
                VerificationReport.Figure(name: "commands", value: walk.commands),
                VerificationReport.Figure(name: "effects", value: walk.effects),
                VerificationReport.Figure(name: "stored_bytes", value: walk.storedBytes),
                VerificationReport.Figure(name: "raw_bytes", value: walk.rawBytes),
                VerificationReport.Figure(name: "unfinished_bytes", value: view.tail?.bytes ?? 0),
            ])
    }

    /// True if tables and journal tell the same story where the tables are.
    private static func joinCheck(
        _ view: JournalView, _ walk: JournalWalk, _ applied: JournalPoint?
    ) -> VerificationReport.Check {
        let name = "journal_digest"
        let applied = applied ?? .beginning
        guard applied.position.sequence <= view.end.position.sequence else {
            return VerificationReport.Check(
                name, "The journal ends before the tables do.",
                violations: ["the tables are at \(applied.position), the journal ends at \(view.end.position)"])
        }
        guard applied.position.sequence >= view.oldest.sequence else {
            return VerificationReport.Check(
                name, "The journal begins behind the tables.",
                violations: ["the tables are at \(applied.position), the oldest segment begins at \(view.oldest)"])
        }
        guard let logged = walk.atPosition ?? (applied == .beginning ? applied : nil) else {
            return VerificationReport.Check(
                name, "The tables are at no frame of the journal.",
                violations: ["no frame ends at \(applied.position), where the tables are"])
        }
        var violations: [String] = []
        if logged.digest != applied.digest {
            violations.append(
                "at \(applied.position) the journal says digest \(logged.digest), the tables \(applied.digest)")
        }
        if logged.chain != applied.chain {
            violations.append(
                "at \(applied.position) the journal says chain \(logged.chain), the tables \(applied.chain)")
        }
        return VerificationReport.Check(
            name, "journal and tables agree on chain and digest at \(applied.position)", violations: violations)
    }

    // MARK: Tables

    private static func checkDigest(
        _ state: (snapshot: Snapshot, point: JournalPoint), _ report: inout VerificationReport,
        _ progress: (VerificationProgress) -> Void
    ) {
        let tables = state.snapshot.tables
        let total = tables.reduce(0) { $0 + UInt64(state.snapshot.count($1.id)) }
        let digest = state.snapshot.computeDigest { records in
            progress(VerificationProgress(step: "digest", done: UInt64(records), total: total))
        }
        progress(VerificationProgress(step: "digest", done: total, total: total))
        let isEqual = digest == state.point.digest
        report.checks.append(
            VerificationReport.Check(
                "store_digest",
                isEqual
                    ? "\(total) records in \(tables.count) tables have digest \(digest)"
                    : "The records are not those that were written.",
                figures: [
                    VerificationReport.Figure(name: "tables", value: UInt64(tables.count)),
                    VerificationReport.Figure(name: "records", value: total),
                ],
                violations: isEqual
                    ? []
                    : [
                        "at \(state.point.position) digest \(state.point.digest) is recorded, the records give \(digest)"
                    ]))
    }

    private static func checkInvariants(
        _ snapshot: Snapshot, _ limit: Int, _ report: inout VerificationReport,
        _ progress: (VerificationProgress) -> Void
    ) {
        // A record that is not what was written may not even be readable; its rules mean nothing.
        guard report.checks.last?.outcome == .passed else {
            report.checks.append(
                .skipped("invariants", "not checked, because the records are not those that were written"))
            return
        }
        var seen: [String: UInt64] = [:]
        let found = Invariants.check(snapshot, limit: limit) { table, records in
            seen[table] = max(seen[table] ?? 0, records)
            progress(VerificationProgress(step: "rules: \(table)", done: records, total: nil))
        }
        let records = seen.values.reduce(0, +)
        report.checks.append(
            VerificationReport.Check(
                "invariants", "\(records) records of \(seen.count) tables keep every rule of the domain",
                figures: [VerificationReport.Figure(name: "records", value: records)],
                violations: found.map(\.description)))
    }
}
