/// Proves that every record of a projection is what the tables of the state give.
public enum ProjectionVerification {
    /// The result of a verification.
    public struct Report: Sendable {
        /// Derived records that were compared.
        public var records: UInt64 = 0
        /// Records that differ, are missing or should not be there.
        public var differences: UInt64 = 0
        /// The first of them: table, key and what is wrong.
        public var examples: [String] = []
    }

    /// The most differences described.
    public static let examplesMax = 10

    /// Computes all records of a projection again, in a store of its own, and compares them with those of a snapshot,
    /// both ways.
    ///
    /// The snapshot's store is not changed.
    ///
    /// - Parameters:
    ///   - projection: The projection.
    ///   - snapshot: The snapshot to verify.
    ///   - scratch: An empty directory for the computed records; it needs about the space of the derived tables.
    ///   - progress: Called with the number of records of the state that were read.
    /// - Returns: nil when the snapshot's derived tables do not claim to be current.
    /// - Throws: ``StoreError``.
    /// - Complexity: O(*n* log *n*) in the rows; memory does not grow with them.
    public static func run(
        _ projection: any Projection, of snapshot: Snapshot, scratch: String,
        progress: (ProjectionProgress) -> Void = { _ in }
    ) throws(StoreError) -> Report? {
        guard try snapshot.projectionState(of: projection.id) == .current else { return nil }
        let store = try StateStore.open(path: scratch, tables: [], projections: [projection])
        try store.rebuildProjection(projection.id, from: snapshot, progress: progress)
        let expected = try store.snapshot()
        var report = Report()
        for table in projection.tables { compare(table, snapshot, expected, &report) }
        return report
    }

    private static func compare(
        _ table: TableDefinition, _ snapshot: Snapshot, _ expected: Snapshot, _ report: inout Report
    ) {
        var stored = RecordStream(snapshot, table.id)
        var computed = RecordStream(expected, table.id)
        var left = stored.next()
        var right = computed.next()
        while left != nil || right != nil {
            report.records += 1
            switch (left, right) {
            case (let have?, let want?) where have.key == want.key:
                if have.value != want.value { note("has another value", table, have.key, &report) }
                left = stored.next()
                right = computed.next()
            case (let have?, let want) where want == nil || have.key.precedes(want?.key ?? []):
                note("should not be there", table, have.key, &report)
                left = stored.next()
            case (_, let want?):
                note("is missing", table, want.key, &report)
                right = computed.next()
            default: return
            }
        }
    }

    private static func note(
        _ what: String, _ table: TableDefinition, _ key: [UInt8], _ report: inout Report
    ) {
        report.differences += 1
        guard report.examples.count < examplesMax else { return }
        let digits = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        report.examples.append("\(table.name): the record \(digits) \(what)")
    }
}

extension [UInt8] {
    fileprivate func precedes(_ other: [UInt8]) -> Bool { lexicographicallyPrecedes(other) }
}
