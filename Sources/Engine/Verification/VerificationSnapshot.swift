internal import Journal

extension Verification {
    /// Verifies a snapshot file without restoring it: every frame's checksums, their chain and number, the effects in
    /// them and the number of records.
    ///
    /// The digest that the file names is compared when it is restored, because it needs the tables.
    ///
    /// - Throws: ``EngineError`` `unusableDirectory` when the file cannot be opened. Its faults stand in the report,
    ///   with the byte.
    /// - Complexity: O(bytes of the file).
    public static func run(
        snapshot file: String, progress: (VerificationProgress) -> Void = { _ in }
    ) throws(EngineError) -> VerificationReport {
        var report = VerificationReport(path: file, point: nil, checks: [])
        do {
            let reader = try SnapshotReader(path: file)
            report.point = reader.point
            report.checks.append(try check(reader, progress))
        } catch let error as DiskError {
            throw EngineError(.unusableDirectory, "\(file) cannot be read: \(error).")
        } catch {
            let message = (error as? EngineError)?.message ?? "\(file) is damaged: \(error)"
            report.checks.append(
                VerificationReport.Check("snapshot", "The snapshot is not intact.", violations: [message]))
        }
        return report
    }

    private static func check(
        _ reader: SnapshotReader, _ progress: (VerificationProgress) -> Void
    ) throws -> VerificationReport.Check {
        var frames: UInt64 = 2  // the first and the last, which carry no records
        var records: UInt64 = 0
        var strangers: Set<String> = []
        while try reader.next({ payload in
            frames += 1
            try JournalEffect.forEach(in: payload, at: reader.point.position) { effect in
                records += 1
                if effect.kind != .insert { strangers.insert("a record of \(effect.table) is no insertion") }
                if !effect.isKnownTable { strangers.insert("this version does not know \(effect.table)") }
            }
        }) {
            progress(VerificationProgress(step: "snapshot", done: reader.offset, total: reader.size))
        }
        progress(VerificationProgress(step: "snapshot", done: reader.size, total: reader.size))
        return VerificationReport.Check(
            "snapshot",
            "\(records) records in \(frames) frames at \(reader.point.position), digest \(reader.point.digest)",
            figures: [
                VerificationReport.Figure(name: "frames", value: frames),
                VerificationReport.Figure(name: "records", value: records),
                VerificationReport.Figure(name: "bytes", value: reader.size),
            ],
            violations: strangers.sorted())
    }
}
