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
    /// - Returns: nil when too many big commands are under way.
    /// - Precondition: there is a row.
    public static func begin(_ command: ImportCodes, in context: inout DecisionContext) -> BigImport? {
        guard let range = PendingRanges.begin(command.numbersMax, tenant: command.tenant, in: &context) else {
            return nil
        }
        return BigImport(
            range: range,
            progress: ImportProgress(tenant: command.tenant, first: range.first, now: context.now))
    }

    /// Stores the codes of the good rows of a piece, unseen; gives the import as it is afterwards.
    public func take(
        _ piece: ArraySlice<ImportRow>, in context: inout DecisionContext
    ) -> BigCommandStep<BigImport> {
        guard context.pending.ranges.contains(range) else { return .lost }
        var next = self
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
