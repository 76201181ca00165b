internal import Journal
internal import LMDB

extension StateStore {
    /// Tells if the derived tables of a projection are what the newest commit's tables give.
    ///
    /// They are not when the store was opened without it, when it was applied to without it, and between the steps of
    /// a rebuild that did not end.
    public func projectionState(of id: ProjectionID) throws(StoreError) -> ProjectionState {
        try snapshot().projectionState(of: id)
    }

    /// Computes the derived tables of a projection again from the tables of the state.
    ///
    /// In commits of bounded size; a rebuild that is interrupted leaves the tables stale. Nobody may apply meanwhile.
    ///
    /// - Parameters:
    ///   - id: The projection.
    ///   - source: The snapshot whose tables are read; nil for this store's own.
    ///   - recordsPerCommit: The number of records that each commit takes.
    ///   - progress: Called after each commit.
    /// - Throws: ``StoreError``; the tables stay stale then.
    /// - Complexity: O(*n*) in the records of the sources; memory does not grow with them.
    public func rebuildProjection(
        _ id: ProjectionID, from source: Snapshot? = nil, recordsPerCommit: Int = 200_000,
        progress: (ProjectionProgress) -> Void = { _ in }
    ) throws(StoreError) {
        guard let derived = derived(id) else {
            throw StoreError(.failed, "The store was opened without projection \(id.rawValue).")
        }
        try clear(derived)
        let first = try view(source)
        let target = try first.point()
        let sources = first.tables.filter { derived.projection.sources.contains($0.id) }
        var state = ProjectionProgress(done: 0, total: sources.reduce(0) { $0 + UInt64(first.count($1.id)) })
        for table in sources {
            var next: [UInt8]? = []
            while let start = next {
                // A fresh view per commit lets LMDB reuse what the commit before has freed.
                let view = try view(source)
                let (count, last) = try add(table.id, from: start, recordsPerCommit, view, source, derived)
                state.done += UInt64(count)
                progress(state)
                next = count == recordsPerCommit ? last + [0] : nil
            }
        }
        try write { (transaction) throws(LMDBError) in
            let point = ProjectionPoint(
                formatVersion: derived.projection.formatVersion, isComplete: true, point: target)
            try StateStore.record(point, of: derived, in: &transaction)
        }
    }

    private func view(_ source: Snapshot?) throws(StoreError) -> Snapshot {
        if let source { source } else { try snapshot() }
    }

    private func clear(_ derived: DerivedTables) throws(StoreError) {
        try write { (transaction) throws(LMDBError) in
            let point = ProjectionPoint(
                formatVersion: derived.projection.formatVersion, isComplete: false, point: .beginning)
            try StateStore.record(point, of: derived, in: &transaction)
            for table in derived.projection.tables { try transaction.deleteAll(self.table(table.id)) }
        }
    }

    /// Lets one pass follow a stretch of a table as if it had just been inserted; returns its length and last key.
    private func add(
        _ table: TableID, from start: [UInt8], _ limit: Int, _ view: Snapshot, _ source: Snapshot?,
        _ derived: DerivedTables
    ) throws(StoreError) -> (count: Int, last: [UInt8]) {
        let pass = derived.projection.makePass(over: view)
        var count = 0
        var last: [UInt8] = []
        view.scan(table, prefix: [], from: start, descending: false) { key, value in
            pass.note(table, key: key, old: nil, new: value)
            count += 1
            if count == limit { last = Array(key) }
            return count < limit
        }
        var outcome = ProjectionState.current
        try withExtendedLifetime(view) { () throws(StoreError) in
            do {
                var transaction = try environment.beginWrite()
                outcome = try finish(pass, in: &transaction, source: source)
                try transaction.commit()
            } catch let error as StoreError {
                throw error
            } catch {
                throw StoreError(error, "The derived tables cannot be written")
            }
        }
        guard outcome == .current else {
            throw StoreError(.damaged, "The tables of the state contradict each other; run usher verify.")
        }
        return (count, last)
    }

    /// Lets a pass write, and notes its position.
    func finish(
        _ pass: any ProjectionPass, in transaction: inout WriteTransaction, source: Snapshot? = nil
    ) throws(StoreError) -> ProjectionState {
        try withUnsafeMutablePointer(to: &transaction) { (pointer) throws(StoreError) in
            var writer = ProjectionWriter(pointer, store: self, source: source)
            return try pass.finish(&writer)
        }
    }

    /// Lets a pass write at the end of a layer; changes that it cannot follow leave the derived tables stale.
    func finish(
        _ pass: any ProjectionPass, _ derived: DerivedTables, at target: JournalPoint,
        in transaction: inout WriteTransaction
    ) throws {
        let state: ProjectionState = try finish(pass, in: &transaction)
        let point = ProjectionPoint(
            formatVersion: derived.projection.formatVersion, isComplete: state == .current, point: target)
        try StateStore.record(point, of: derived, in: &transaction)
    }

    private func write(_ body: (inout WriteTransaction) throws(LMDBError) -> Void) throws(StoreError) {
        do {
            var transaction = try environment.beginWrite()
            try body(&transaction)
            try transaction.commit()
        } catch {
            throw StoreError(error, "The derived tables cannot be written")
        }
    }

    private static func record(
        _ point: ProjectionPoint, of derived: DerivedTables, in transaction: inout WriteTransaction
    ) throws(LMDBError) {
        let key = derived.projection.id.rawValue
        try record(in: &transaction, table: derived.meta, key: key) { point.encode(to: &$0) }
    }
}
