internal import Journal
internal import Store

extension Codes {
    /// Makes random codes, all or none.
    ///
    /// A text that somebody has is drawn again, and so is one that a spreadsheet takes for a number. Not more than half of all texts of a length are asked for at
    /// once, so that drawing stays short.
    ///
    /// - Throws: `invalidFields`, `notFound` for the campaign, or `conflict` with `keyspace_exhausted`.
    /// - Complexity: O(count) writes while all others wait: for more than ``pieceMax`` see `Engine.generateCodes`.
    public static func generate(
        _ command: GenerateCodes, in context: inout DecisionContext
    ) throws(Rejection) -> CodeBatch {
        let (codes, texts) = try make(command, in: &context)
        return CodeBatch(
            codes: codes, template: codes.view(EntityNumber(rawValue: 0), text: "", in: context.state), texts: texts)
    }

    /// Makes random codes, as ``generate(_:in:)`` does, and also gives what an answer can be made of later.
    public static func make(
        _ command: GenerateCodes, in context: inout DecisionContext
    ) throws(Rejection) -> (codes: MadeCodes, texts: [String]) {
        let plan = try plan(command, in: context)
        let first = EntityNumber(rawValue: context.state.allocateNumbers(plan.numbers))
        let codes = plan.begin(at: first, in: &context)
        let texts = try write(codes, 0..<codes.count, length: plan.length, in: &context)
        codes.recordCreated(in: context)
        return (codes, texts)
    }

    /// Checks an order of random codes, and makes of it what all of them have in common.
    static func plan(
        _ command: GenerateCodes, in context: DecisionContext
    ) throws(Rejection) -> CodePlan {
        var errors = FieldErrors()
        errors.check(
            (1...Int64(countMax)).contains(command.count), "count", "Must be between 1 and \(countMax).")
        let length = Int(clamping: command.length ?? Int64(lengthDefault))
        errors.check(
            lengthRange.contains(length), "length",
            "Must be between \(lengthRange.lowerBound) and \(lengthRange.upperBound).")
        let terms = try CheckedTerms(
            command.terms, tenant: command.tenant, now: context.now, errors: &errors, in: context.state)
        try errors.throwIfAny()
        let count = Int(command.count)
        guard length > 8 || UInt64(count) <= 1 << UInt64(CodeAlphabet.bitsPerCharacter * length - 1) else {
            throw keyspaceExhausted(length: length)
        }
        return CodePlan(tenant: command.tenant, count: count, length: length, terms: terms)
    }

    /// Draws texts for some of the codes that were ordered and stores them under the numbers taken for them.
    ///
    /// - Returns: the texts, in order.
    static func write(
        _ codes: MadeCodes, _ indexes: Range<Int>, length: Int, from share: TextShare = .whole,
        in context: inout DecisionContext
    ) throws(Rejection) -> [String] {
        var row = codes.row
        var texts: [String] = []
        texts.reserveCapacity(indexes.count)
        for index in indexes {
            row.text = try drawText(length: length, from: share, tenant: codes.tenant, in: &context)
            insert(row, codes.number(at: index), limit: codes.limit, tenant: codes.tenant, in: context.state)
            texts.append(row.text)
        }
        return texts
    }

    /// A text that nobody has and that no spreadsheet takes for a number; of a share, while that has free ones.
    private static func drawText(
        length: Int, from share: TextShare, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> String {
        // With 4 of 10 texts free, 128 draws all miss once in 2^94 codes: then the space is full, not unlucky.
        for attempt in 0..<256 {
            let text = (attempt < 128 ? share : .whole).draw(length: length, using: &context.random)
            if NumberLikeText.matches(text) { continue }
            if !context.state.contains(Tables.codeTexts, RecordKeys.text(tenant, text)) { return text }
        }
        throw keyspaceExhausted(length: length)
    }

    private static func keyspaceExhausted(length: Int) -> Rejection {
        .conflict(
            code: "keyspace_exhausted",
            message: "There are not enough free codes of \(length) characters; ask for longer ones.")
    }

    /// Makes a code with a chosen text.
    ///
    /// - Throws: `invalidFields`, `notFound` for the campaign, or `conflict` with `vanity_malformed`,
    ///   `vanity_reserved`, `vanity_profane` or `vanity_taken`, looked at in this order.
    public static func createVanity(
        _ command: CreateVanityCode, in context: inout DecisionContext
    ) throws(Rejection) -> CodeView {
        var errors = FieldErrors()
        let terms = try CheckedTerms(
            command.terms, tenant: command.tenant, now: context.now, errors: &errors, in: context.state)
        try errors.throwIfAny()
        let text = try VanityRules.check(command.text)
        guard owner(of: text, tenant: command.tenant, state: context.state) == nil else {
            throw .conflict(code: "vanity_taken", message: "There is a code with this text.")
        }
        let document = terms.insertDocument(tenant: command.tenant, in: &context)
        let row = terms.row(
            kind: .vanity, text: text.text, label: text.label(as: command.text), document: document, now: context.now)
        let number = context.makeNumber()
        insert(row, number, limit: terms.limit, tenant: command.tenant, in: context.state)
        recordCreated(number, by: .chosen, limit: terms.limit, row.campaign, tenant: command.tenant, in: context)
        var views = CodeViews(command.tenant, in: context.state, now: context.now, pending: context.pending)
        return views.view(number, row)
    }

    /// Stores the row of a signed code that is claimed for the first time.
    static func insertSigned(
        _ payload: SignedPayload, text: CodeText, tenant: TenantNumber, in context: inout DecisionContext
    ) -> EntityNumber {
        let row = CodeRow(
            kind: .signed, campaign: payload.campaign, expiresAt: payload.expiresAt, createdAt: context.now,
            text: text.text)
        let number = context.makeNumber()
        insert(row, number, limit: payload.maxUses, tenant: tenant, in: context.state)
        recordCreated(number, by: .signed, limit: payload.maxUses, payload.campaign, tenant: tenant, in: context)
        return number
    }

    /// Writes down that a code is there.
    private static func recordCreated(
        _ number: EntityNumber, by source: CodeSource, limit: UInt64, _ campaign: EntityNumber?, tenant: TenantNumber,
        in context: borrowing DecisionContext
    ) {
        context.record(
            .codeCreated, number, of: tenant,
            [
                .source: UInt64(source.rawValue), .count: 1, .maxUses: limit, .campaign: campaign?.rawValue,
            ])
    }
}
