internal import Journal
internal import Store

/// Terms that were checked: what rows and counters are made of.
struct CheckedTerms {
    var campaign: EntityNumber?
    var limit: UInt64
    var expiresAt: Timestamp?
    var issuer: AccountID?
    var document: Document?

    /// Checks terms; what is wrong with fields is added to `errors`, an unknown campaign is thrown.
    ///
    /// - Parameters:
    ///   - terms: The terms.
    ///   - tenant: The tenant.
    ///   - now: The time at which the command began, which can be some pieces ago.
    ///   - errors: Gathers the faults of fields.
    ///   - state: The state to look in.
    /// - Throws: `notFound` for an unknown campaign.
    init(
        _ terms: CodeTerms, tenant: TenantNumber, now: Timestamp, errors: inout FieldErrors, in state: some StateReading
    ) throws(Rejection) {
        campaign = try Campaigns.named(
            terms.campaign, terms.campaignKey, tenant: tenant, errors: &errors, in: state)
        limit = errors.places(terms.maxUses, "max_uses") ?? 1
        errors.checkPlaces(limit, ofCodeIn: campaign, tenant: tenant, in: state)
        errors.instant(terms.expiresAt, "expires_at")
        if let expiresAt = terms.expiresAt {
            errors.check(expiresAt > now, "expires_at", "Must be in the future.")
        }
        expiresAt = terms.expiresAt
        issuer = terms.issuer
        let grant = terms.grant.flatMap { GrantRules.normalize($0, errors: &errors) }
        if let metadata = terms.metadata { JSONRules.checkObject(metadata, "metadata", errors: &errors) }
        let document = Document(grant: grant, metadata: terms.metadata)
        self.document = document.isEmpty ? nil : document
    }

    /// Stores what is long once for all codes of the command.
    func insertDocument(tenant: TenantNumber, in context: inout DecisionContext) -> EntityNumber? {
        guard let document else { return nil }
        let number = context.makeNumber()
        document.insert(number, tenant: tenant, in: context.state)
        return number
    }

    func row(
        kind: CodeKind, text: String, label: String? = nil, document: EntityNumber?, now: Timestamp
    ) -> CodeRow {
        CodeRow(
            kind: kind, campaign: campaign, expiresAt: expiresAt, createdAt: now, issuer: issuer,
            document: document, text: text, label: label)
    }
}
