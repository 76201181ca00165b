internal import Journal
internal import Store

/// An import in more pieces than one.
public struct BigImport: Sendable {
    /// Where its codes are; nobody sees any of them before ``finish(in:)``.
    public let range: PendingRange
    private var progress: ImportProgress
    /// The bad rows, piece by piece: a copy costs as much as there are pieces, however many rows are bad.
    private var failures: [[ImportFailure]] = []

    /// Joins what is known so far.
    ///
    /// - Complexity: O(bad rows): not for the sequencer's thread.
    public var report: ImportReport {
        ImportReport(imported: progress.report.imported, failures: Array(failures.joined()))
    }

    /// Takes the numbers that the rows can need and hides them.
    ///
    /// - Parameters:
    ///   - tenant: Whose codes.
    ///   - rowsMax: The most rows that will come.
    ///   - context: The context of the command.
    /// - Returns: nil when too many big commands are under way.
    /// - Precondition: `rowsMax` is not 0.
    public static func begin(
        _ tenant: TenantNumber, rowsMax: Int, in context: inout DecisionContext
    ) -> BigImport? {
        precondition(rowsMax > 0, "an import has rows")
        let numbers = UInt64(rowsMax) * ImportRow.numbersMax
        guard let range = PendingRanges.begin(numbers, tenant: tenant, in: &context) else { return nil }
        return BigImport(
            range: range, progress: ImportProgress(tenant: tenant, first: range.first, now: context.now))
    }

    /// Stores the codes of the good rows of a piece, unseen; gives the import as it is afterwards.
    ///
    /// - Precondition: All pieces together have no more rows than the import was begun for.
    public func take(
        _ piece: ArraySlice<ImportRow>, in context: inout DecisionContext
    ) -> BigCommandStep<BigImport> {
        guard context.pending.ranges.contains(range) else { return .lost }
        var next = self
        precondition(
            progress.next.rawValue + UInt64(piece.count) * ImportRow.numbersMax <= range.end.rawValue,
            "an import has no more rows than it was begun for")
        next.progress.take(piece, in: context.state)
        next.failures.append(next.progress.report.failures)
        next.progress.report.failures = []
        return .done(next)
    }

    /// Lets everybody see all codes, with this one command.
    public func finish(in context: inout DecisionContext) -> BigCommandStep<Void> {
        guard context.pending.ranges.contains(range) else { return .lost }
        if context.pending.isHeldBack(range) { return .later }
        PendingRanges.end(range, in: &context)
        progress.recordCreated(in: context)
        return .done(())
    }
}
