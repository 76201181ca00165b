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

    /// The rows in pieces that one command can take without others noticing: bounded in rows and in bytes.
    public var pieces: [ArraySlice<ImportRow>] {
        var pieces: [ArraySlice<ImportRow>] = []
        var start = rows.startIndex
        var bytes = 0
        for index in rows.indices {
            let more = rows[index].terms.longBytes
            if index > start, index - start == Codes.pieceMax || bytes + more > Codes.pieceBytesMax {
                pieces.append(rows[start..<index])
                (start, bytes) = (index, 0)
            }
            bytes += more
        }
        if start < rows.endIndex { pieces.append(rows[start...]) }
        return pieces
    }
}

extension CodeTerms {
    /// Bytes of the fields that are stored in parts.
    fileprivate var longBytes: Int { (grant?.count ?? 0) + (metadata?.count ?? 0) }
}
