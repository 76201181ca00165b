internal import Journal
internal import Store

extension Codes {
    /// Takes codes over: the good rows become codes, each bad one is reported with its line.
    ///
    /// An atomic import with a bad row makes no code at all and reports every bad row.
    ///
    /// - Throws: nothing today; typed for what may come.
    public static func importRows(
        _ command: ImportCodes, in context: inout DecisionContext
    ) throws(Rejection) -> ImportReport {
        var failures: [ImportFailure] = []
        var good: [(text: String, kind: CodeKind, terms: CheckedTerms)] = []
        var seen: Set<String> = []
        for row in command.rows {
            switch check(row, tenant: command.tenant, seen: &seen, in: context) {
            case .success(let checked): good.append(checked)
            case .failure(let problem):
                failures.append(
                    ImportFailure(line: row.line, text: row.text, code: problem.code, message: problem.message))
            }
        }
        guard failures.isEmpty && command.unreadRows == 0 || !command.atomic else {
            return ImportReport(imported: 0, failures: failures)
        }
        var documents = DocumentSharing()
        for (text, kind, terms) in good {
            let document = documents.number(of: terms, tenant: command.tenant, in: &context)
            let row = terms.row(kind: kind, text: text, document: document, now: context.now)
            _ = insert(row, limit: terms.limit, tenant: command.tenant, in: &context)
        }
        return ImportReport(imported: good.count, failures: failures)
    }

    private struct Problem: Error {
        var code: String
        var message: String
    }

    private static func check(
        _ row: ImportRow, tenant: TenantNumber, seen: inout Set<String>, in context: DecisionContext
    ) -> Result<(text: String, kind: CodeKind, terms: CheckedTerms), Problem> {
        guard let text = CodeText(raw: row.text), (1...CodeText.lengthMax).contains(text.text.utf8.count),
            text.text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return .failure(Problem(code: "malformed", message: "A code has 1 to 64 printable ASCII characters.")) }
        guard let kind = CodeKind(code: row.kind ?? "random"), kind != .signed else {
            return .failure(Problem(code: "invalid_field", message: "kind: Must be random or vanity."))
        }
        var terms = row.terms
        if let key = row.campaignKey {
            guard let campaign = Campaigns.number(key: key, tenant: tenant, state: context.state) else {
                return .failure(Problem(code: "campaign_not_found", message: "There is no campaign \(key)."))
            }
            terms.campaign = campaign
        }
        var errors = FieldErrors()
        guard let checked = try? CheckedTerms(terms, tenant: tenant, errors: &errors, in: context) else {
            return .failure(Problem(code: "campaign_not_found", message: "There is no such campaign."))
        }
        if let first = errors.first { return .failure(Problem(code: "invalid_field", message: first)) }
        guard number(text: text, tenant: tenant, state: context.state) == nil else {
            return .failure(Problem(code: "taken", message: "There is a code with this text."))
        }
        guard seen.insert(text.text).inserted else {
            return .failure(Problem(code: "duplicate", message: "An earlier row has the same text."))
        }
        return .success((text.text, kind, checked))
    }

    /// Rows that follow each other with equal long fields share one document.
    private struct DocumentSharing {
        private var last: (document: Document, number: EntityNumber)?

        mutating func number(
            of terms: CheckedTerms, tenant: TenantNumber, in context: inout DecisionContext
        ) -> EntityNumber? {
            guard let document = terms.document else { return nil }
            if let last, last.document == document { return last.number }
            guard let number = terms.insertDocument(tenant: tenant, in: &context) else { return nil }
            last = (document, number)
            return number
        }
    }
}
