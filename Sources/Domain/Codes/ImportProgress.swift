internal import Journal
internal import Store

/// The progress of an import, which one piece hands to the next.
struct ImportProgress {
    let tenant: TenantNumber
    /// The first number that the import has taken.
    let first: EntityNumber
    /// When it began; what depends on the time is judged by this in all of its pieces.
    let now: Timestamp
    /// The report so far.
    var report = ImportReport(imported: 0, failures: [])
    /// The first code that was stored.
    private var firstCode: EntityNumber?
    /// The next number that nothing has.
    private(set) var next: EntityNumber
    /// Rows that follow each other with equal long fields share one document.
    private var lastDocument: (document: Document, number: EntityNumber)?

    init(tenant: TenantNumber, first: EntityNumber, now: Timestamp) {
        self.tenant = tenant
        self.first = first
        self.now = now
        next = first
    }

    /// Stores the codes of the good rows and reports the bad ones.
    mutating func take(_ rows: ArraySlice<ImportRow>, in state: Transaction) {
        for row in rows {
            switch check(row, in: state) {
            case .success(let good):
                let document = good.terms.document.map { number(of: $0, in: state) }
                let made = good.terms.row(
                    kind: good.kind, text: good.text, label: good.label, document: document, now: now)
                let code = makeNumber()
                Codes.insert(made, code, limit: good.terms.limit, tenant: tenant, in: state)
                firstCode = firstCode ?? code
                report.imported += 1
            case .failure(let problem):
                report.failures.append(
                    ImportFailure(line: row.line, text: row.text, code: problem.code, message: problem.message))
            }
        }
    }

    /// Writes down that the codes are there: one event for all of them, none where there are none.
    func recordCreated(in context: borrowing DecisionContext) {
        guard report.imported > 0, let firstCode else { return }
        context.record(
            .codeCreated, firstCode, of: tenant,
            [.source: UInt64(CodeSource.imported.rawValue), .count: UInt64(report.imported)])
    }

    private mutating func makeNumber() -> EntityNumber {
        defer { next = EntityNumber(rawValue: next.rawValue + 1) }
        return next
    }

    private mutating func number(of document: Document, in state: Transaction) -> EntityNumber {
        if let lastDocument, lastDocument.document == document { return lastDocument.number }
        let number = makeNumber()
        document.insert(number, tenant: tenant, in: state)
        lastDocument = (document, number)
        return number
    }

    private struct Problem: Error {
        var code: String
        var message: String
    }

    /// The fault of an id that no campaign has.
    private static let noCampaign = Problem(code: "campaign_not_found", message: "There is no such campaign.")
    private static let youngCampaign = Problem(
        code: "campaign_not_found", message: "The campaign was made after this import began; import again.")

    /// A row that becomes a code.
    private struct GoodRow {
        var text: String
        var label: String?
        var kind: CodeKind
        var terms: CheckedTerms
    }

    private func check(_ row: ImportRow, in state: Transaction) -> Result<GoodRow, Problem> {
        guard let text = CodeText(raw: row.text), text.mayBeCode else {
            return .failure(Problem(code: "malformed", message: CodeText.malformed))
        }
        guard let kind = CodeKind(word: row.kind ?? CodeKind.vanity.word) else {
            return .failure(Problem(code: "invalid_field", message: "code_kind: Must be random, vanity or signed."))
        }
        guard kind != .signed || SignedPayload.mayBeSigned(text) else {
            return .failure(Problem(code: "invalid_field", message: "code_kind: No signed code has such a text."))
        }
        if let label = row.label, CodeText(raw: label) != text {
            return .failure(Problem(code: "invalid_field", message: "label: Must be a spelling of the code."))
        }
        var terms = row.terms
        if let key = row.campaignKey {
            guard let campaign = Campaigns.number(key: key, tenant: tenant, state: state) else {
                return .failure(Problem(code: "campaign_not_found", message: "There is no campaign \(key)."))
            }
            terms.campaign = campaign
        }
        // A campaign is older than its codes: a walk of them begins at its number.
        if let campaign = terms.campaign, campaign.rawValue >= first.rawValue {
            let isThere = Campaigns.gate(campaign, tenant: tenant, state: state) != nil
            return .failure(isThere ? ImportProgress.youngCampaign : ImportProgress.noCampaign)
        }
        var errors = FieldErrors()
        guard let checked = try? CheckedTerms(terms, tenant: tenant, now: now, errors: &errors, in: state) else {
            return .failure(ImportProgress.noCampaign)
        }
        if let first = errors.first { return .failure(Problem(code: "invalid_field", message: first)) }
        if let problem = problem(withText: text, in: state) { return .failure(problem) }
        let label = text.label(as: row.label ?? row.text)
        return .success(GoodRow(text: text.text, label: label, kind: kind, terms: checked))
    }

    private func problem(withText text: CodeText, in state: Transaction) -> Problem? {
        if let owner = Codes.owner(of: text, tenant: tenant, state: state) {
            return first <= owner && owner < next
                ? Problem(code: "duplicate", message: "An earlier row has the same text.")
                : Problem(code: "taken", message: "There is a code with this text.")
        }
        // A signed code is there before its first claim gives it a row.
        guard SignedPayload.verify(text, tenant: tenant, state: state) == nil else {
            return Problem(code: "taken", message: "There is a code with this text.")
        }
        return nil
    }
}
