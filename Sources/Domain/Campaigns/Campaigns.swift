internal import Journal
public import Store

/// Campaigns: making, changing and looking at them.
public enum Campaigns {
    /// The most bytes of a key, all of them letters, digits and hyphens of ASCII.
    public static let keyLengthMax = 120
    /// The most characters of a description.
    public static let descriptionLengthMax = 2000

    // MARK: Looking

    /// The campaign of a number; nil when there is none.
    public static func find(
        _ number: EntityNumber, tenant: TenantNumber, state: some StateReading
    ) -> CampaignView? {
        guard let row = row(number, tenant: tenant, state: state) else { return nil }
        return view(number, row, tenant: tenant, state: state)
    }

    /// The number of the campaign with a key; nil when there is none.
    public static func number(key: String, tenant: TenantNumber, state: some StateReading) -> EntityNumber? {
        guard (1...keyLengthMax).contains(key.utf8.count) else { return nil }
        return state.find(CampaignKeyRecord.self, TextKey(tenant: tenant, text: key))
    }

    /// The number of the campaign that a name means; nil when there is none.
    ///
    /// Where a text is the number of one campaign and the key of another, it means the one with the number.
    public static func number(
        of name: CampaignName, tenant: TenantNumber, state: some StateReading
    ) -> EntityNumber? {
        if let number = name.number, state.contains(Tables.campaigns, RecordKeys.entity(tenant, number)) {
            return number
        }
        return name.key.flatMap { number(key: $0, tenant: tenant, state: state) }
    }

    /// The campaign that a name means; nil when there is none.
    public static func find(
        _ name: CampaignName, tenant: TenantNumber, state: some StateReading
    ) -> CampaignView? {
        number(of: name, tenant: tenant, state: state).flatMap { find($0, tenant: tenant, state: state) }
    }

    /// The campaign that a command names by its number or by its key; nil when it names none.
    ///
    /// - Throws: `notFound` for an unknown one.
    static func named(
        _ number: EntityNumber?, _ key: String?, tenant: TenantNumber, errors: inout FieldErrors,
        in state: some StateReading
    ) throws(Rejection) -> EntityNumber? {
        errors.check(number == nil || key == nil, "campaign", "Must not be given together with campaign_id.")
        guard number != nil || key != nil else { return nil }
        let named =
            key.flatMap { Campaigns.number(key: $0, tenant: tenant, state: state) } ?? (key == nil ? number : nil)
        guard let named, gate(named, tenant: tenant, state: state) != nil else {
            throw .notFound(entity: "Campaign")
        }
        return named
    }

    @inline(__always)
    static func gate(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> CampaignGate? {
        state.read(Tables.campaigns, RecordKeys.entity(tenant, number)) { CampaignRow.gate(decoding: $0) }
    }

    static func row(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> CampaignRow? {
        state.read(Tables.campaigns, RecordKeys.entity(tenant, number)) { CampaignRow.decode($0) }
    }

    static func view(
        _ number: EntityNumber, _ row: CampaignRow, tenant: TenantNumber, state: some StateReading
    ) -> CampaignView {
        let counter = state.capacity(.campaign, number, tenant: tenant)
        let document = row.hasDocument ? Document.read(number, tenant: tenant, state: state) : Document()
        return CampaignView(
            number: number, key: row.key, name: row.name,
            description: document.description.map { String(decoding: $0, as: UTF8.self) }, type: row.gate.type,
            status: row.gate.status, capacity: Capacity(counter), perUserLimit: row.gate.perUserLimit,
            startsAt: row.gate.startsAt, endsAt: row.gate.endsAt, rewardPolicy: document.rewardPolicy,
            grant: document.grant, createdBy: row.createdBy, createdAt: row.createdAt, updatedAt: row.updatedAt,
            redemptionsCount: state.tally(number, tenant: tenant), version: "\(row.revision).\(counter.version)")
    }

    // MARK: Making

    /// Makes a campaign.
    ///
    /// - Throws: `invalidFields`, with everything that is wrong; a key that is taken is one of these.
    public static func create(
        _ command: CreateCampaign, in context: inout DecisionContext
    ) throws(Rejection) -> CampaignView {
        let state = context.state
        let tenant = command.tenant
        var fields = CampaignFields()
        fields.checkKey(command.key)
        fields.check(name: command.name)
        let status = fields.status(command.status ?? CampaignStatus.draft.word)
        let type = CampaignType(word: command.type)
        fields.errors.check(
            type != nil, "type", "Must be one of \(CampaignType.allCases.map(\.word).joined(separator: ", ")).")
        let limit = fields.errors.places(command.maxRedemptionsTotal, "max_redemptions_total")
        let perUserLimit = fields.errors.places(command.perUserLimit, "per_user_limit") ?? 1
        fields.checkWindow(command.startsAt, command.endsAt)
        let document = Document(
            description: fields.description(command.description),
            grant: command.grant.flatMap { fields.grant($0) },
            rewardPolicy: command.rewardPolicy)
        let policy = fields.rewardPolicy(command.rewardPolicy)
        let isTaken = number(key: command.key, tenant: tenant, state: state) != nil
        fields.errors.check(!isTaken, "key", "There is a campaign with this key.")
        try fields.errors.throwIfAny()
        guard let type, let status else { throw .invalidFields(fields.errors) }
        let gate = CampaignGate(
            type: type, status: status, perUserLimit: perUserLimit, startsAt: command.startsAt,
            endsAt: command.endsAt, hasRewardPolicy: policy.map { !$0.isEmpty } ?? false)
        let row = CampaignRow(
            gate: gate, hasDocument: !document.isEmpty, createdAt: context.now, updatedAt: context.now,
            createdBy: command.createdBy, key: command.key, name: command.name)
        let number = insert(row, document, limit: limit, tenant: tenant, in: &context)
        RewardPolicies.put(policy, of: number, tenant: tenant, in: state)
        return view(number, row, tenant: tenant, state: state)
    }

    private static func insert(
        _ row: CampaignRow, _ document: Document, limit: UInt64?, tenant: TenantNumber,
        in context: inout DecisionContext
    ) -> EntityNumber {
        let state = context.state
        let number = context.makeNumber()
        state.insert(Tables.campaigns, RecordKeys.entity(tenant, number)) { row.encode(to: &$0) }
        state.insert(Tables.campaignKeys, RecordKeys.text(tenant, row.key)) { $0.append(compact: number.rawValue) }
        let target = RecordKeys.target(tenant, .campaign, number)
        state.insertCounter(Tables.counters, target, CapacityCounter(limit: limit ?? CapacityCounter.unlimited))
        state.insert(Tables.tallies, target) { $0.append(UInt64(0)) }
        document.insert(number, tenant: tenant, in: state)
        context.record(
            .campaignCreated, number, of: tenant,
            [
                .type: UInt64(row.gate.type.rawValue), .status: UInt64(row.gate.status.rawValue),
                .maxRedemptionsTotal: limit ?? CapacityCounter.unlimited,
            ])
        return number
    }

    // MARK: Changing

    /// Changes the fields that are given, all or none.
    ///
    /// - Throws: `notFound`, `versionMismatch`, `invalidFields`, or `conflict` with `status_transition` or with
    ///   `below_taken` when the new total is below what is used and held.
    public static func patch(
        _ command: PatchCampaign, in context: inout DecisionContext
    ) throws(Rejection) -> CampaignView {
        let state = context.state
        let tenant = command.tenant
        guard let number = Campaigns.number(of: command.campaign, tenant: tenant, state: state),
            let before = row(number, tenant: tenant, state: state)
        else { throw .notFound(entity: "Campaign") }
        var counter = state.capacity(.campaign, number, tenant: tenant)
        if let expected = command.expectedVersions, !expected.contains("\(before.revision).\(counter.version)") {
            throw .versionMismatch
        }
        let oldDocument = before.hasDocument ? Document.read(number, tenant: tenant, state: state) : Document()
        let old = CampaignVersion(row: before, document: oldDocument, capacity: counter)
        var row = before
        var document = oldDocument
        try apply(command, to: &row, &document, tenantID: Tenants.find(tenant, state: state)?.id)
        try readPolicy(of: document, insteadOf: oldDocument, number, &row, tenant: tenant, in: state)
        if case .set(let total) = command.maxRedemptionsTotal {
            let limit = total.map { UInt64($0) } ?? CapacityCounter.unlimited
            if limit != counter.limit {
                try Counters.swap(&counter, limit: limit, field: "max_redemptions_total", in: &context)
                state.setCounter(Tables.counters, RecordKeys.target(tenant, .campaign, number), counter)
                row.updatedAt = context.now
            }
        }
        if document != oldDocument {
            document.replace(number, tenant: tenant, in: state)
            row.hasDocument = !document.isEmpty
            row.updatedAt = context.now
        }
        if row != before || document != oldDocument {
            row.revision += 1
            row.updatedAt = context.now
            let stored = row
            state.put(Tables.campaigns, RecordKeys.entity(tenant, number)) { stored.encode(to: &$0) }
        }
        CampaignVersion(row: row, document: document, capacity: counter)
            .recordChange(since: old, number, tenant: tenant, in: context)
        return view(number, row, tenant: tenant, state: state)
    }

    /// Lets claims read the policy of a document, if it is another than before.
    private static func readPolicy(
        of document: Document, insteadOf old: Document, _ number: EntityNumber, _ row: inout CampaignRow,
        tenant: TenantNumber, in state: Transaction
    ) throws(Rejection) {
        guard document.rewardPolicy != old.rewardPolicy else { return }
        var fields = CampaignFields()
        let draft = fields.rewardPolicy(document.rewardPolicy)
        RewardPolicies.checkBudget(draft, of: number, tenant: tenant, state: state, errors: &fields.errors)
        try fields.errors.throwIfAny()
        RewardPolicies.put(draft, of: number, tenant: tenant, in: state)
        row.gate.hasRewardPolicy = draft.map { !$0.isEmpty } ?? false
    }

    /// Brings the fields of a patch into a row and a document; throws all that is wrong with them.
    private static func apply(
        _ command: PatchCampaign, to row: inout CampaignRow, _ document: inout Document, tenantID: String?
    ) throws(Rejection) {
        var fields = CampaignFields()
        fields.checkFixed(command.fixed.key, row.key, "key")
        fields.checkFixed(command.fixed.type, row.gate.type.word, "type")
        fields.checkFixed(command.fixed.tenantID, tenantID, "tenant_id")
        fields.checkFixed(command.fixed.createdBy, row.createdBy, "created_by")
        if case .set(let name) = command.name {
            fields.check(name: name ?? "")
            row.name = name ?? ""
        }
        if case .set(let description) = command.description { document.description = fields.description(description) }
        if case .set(let total) = command.maxRedemptionsTotal {
            _ = fields.errors.places(total, "max_redemptions_total")
        }
        if case .set(let limit) = command.perUserLimit {
            if limit == nil { fields.errors.add("per_user_limit", "Must be a number.") }
            row.gate.perUserLimit = fields.errors.places(limit, "per_user_limit") ?? 1
        }
        if case .set(let startsAt) = command.startsAt { row.gate.startsAt = startsAt }
        if case .set(let endsAt) = command.endsAt { row.gate.endsAt = endsAt }
        fields.checkWindow(row.gate.startsAt, row.gate.endsAt)
        if case .set(let policy) = command.rewardPolicy {
            _ = fields.rewardPolicy(policy)
            document.rewardPolicy = policy
        }
        if case .set(let grant) = command.grant { document.grant = grant.flatMap { fields.grant($0) } }
        var next: CampaignStatus?
        if case .set(let status) = command.status { next = fields.status(status ?? "") }
        try fields.errors.throwIfAny()
        guard let next else { return }
        guard row.gate.status.canBecome(next) else {
            throw .conflict(
                code: "status_transition",
                message: "A campaign cannot go from \(row.gate.status.word) to \(next.word).")
        }
        row.gate.status = next
    }
}

/// Checks the fields that making and changing a campaign have in common.
private struct CampaignFields {
    var errors = FieldErrors()

    mutating func checkKey(_ key: String) {
        let isSlug =
            (1...Campaigns.keyLengthMax).contains(key.utf8.count)
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        errors.check(isSlug, "key", "Must be 1 to 120 lower-case letters, digits and hyphens.")
    }

    /// A member that never changes may be repeated as it is.
    mutating func checkFixed<Value: Equatable>(_ patch: Patch<Value>, _ current: Value?, _ field: String) {
        if case .set(let value) = patch, value != current { errors.add(field, "Cannot be changed.") }
    }

    mutating func check(name: String) {
        errors.name(name)
    }

    mutating func description(_ text: String?) -> [UInt8]? {
        guard let text else { return nil }
        let max = Campaigns.descriptionLengthMax
        errors.check(text.unicodeScalars.count <= max, "description", "Must have at most \(max) characters.")
        return Array(text.utf8)
    }

    mutating func status(_ word: String) -> CampaignStatus? {
        let status = CampaignStatus(word: word)
        errors.check(
            status != nil, "status", "Must be one of \(CampaignStatus.allCases.map(\.word).joined(separator: ", ")).")
        return status
    }

    mutating func checkWindow(_ startsAt: Timestamp?, _ endsAt: Timestamp?) {
        errors.instant(startsAt, "starts_at")
        errors.instant(endsAt, "ends_at")
        if let startsAt, let endsAt {
            errors.check(endsAt >= startsAt, "ends_at", "Must not be before starts_at.")
        }
    }

    mutating func rewardPolicy(_ bytes: [UInt8]?) -> RewardPolicyDraft? {
        bytes.flatMap { RewardPolicyRules.read($0, errors: &errors) }
    }

    mutating func grant(_ bytes: [UInt8]) -> [UInt8]? {
        GrantRules.normalize(bytes, errors: &errors)
    }
}

extension FieldErrors {
    /// Checks the places of a code against the type of its campaign: `single_use` gives each code one.
    mutating func checkPlaces(
        _ places: UInt64, ofCodeIn campaign: EntityNumber?, tenant: TenantNumber, in state: some StateReading
    ) {
        guard places != 1, let campaign, Campaigns.gate(campaign, tenant: tenant, state: state)?.type == .singleUse
        else { return }
        add("max_uses", "Must be 1 in a campaign of type single_use.")
    }
}
