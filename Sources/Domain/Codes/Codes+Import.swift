internal import Journal
internal import Store

extension Codes {
    /// Takes codes over: the good rows become codes, each bad one is reported with its line.
    ///
    /// An atomic import with a bad row makes no code at all and reports every bad row.
    ///
    /// - Throws: nothing today; typed for what may come.
    /// - Complexity: O(rows) writes while all others wait: for more than one of ``ImportCodes/pieces`` see
    ///   `Engine.importCodes`.
    public static func importRows(
        _ command: ImportCodes, in context: inout DecisionContext
    ) throws(Rejection) -> ImportReport {
        guard !command.rows.isEmpty else { return ImportReport(imported: 0, failures: []) }
        let mark = context.state.mark()
        let first = EntityNumber(rawValue: context.state.allocateNumbers(command.numbersMax))
        var progress = ImportProgress(tenant: command.tenant, first: first, now: context.now)
        progress.take(command.rows[...], in: context.state)
        if command.isRefused(with: progress.report) {
            context.state.rollBack(to: mark)
            progress.report.imported = 0
        }
        progress.recordCreated(in: context)
        return progress.report
    }
}

extension ImportCodes {
    /// True if a bad row keeps all others out.
    public func isRefused(with report: ImportReport) -> Bool {
        atomic && (!report.failures.isEmpty || unreadRows > 0)
    }

    /// The most numbers that the rows and their long fields can take.
    var numbersMax: UInt64 { rows.reduce(0) { $0 + ($1.terms.longBytes > 0 ? 2 : 1) } }
}
