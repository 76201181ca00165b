public import Journal
public import Store

/// Codes: looking at them, changing them, taking them back.
///
/// Making them is in the extensions.
public enum Codes {
    /// The most codes of one batch.
    public static let countMax = 1_000_000
    /// The length of a random code when the caller does not say.
    public static let lengthDefault = 8
    /// The range of the length of a random code.
    public static let lengthRange = 4...32

    // MARK: Looking

    /// The code of a number; nil when there is none that anybody may see.
    public static func find(
        _ number: EntityNumber, tenant: TenantNumber, state: some StateReading, now: Timestamp
    ) -> CodeView? {
        guard let row = visibleRow(number, tenant: tenant, state: state) else { return nil }
        var views = CodeViews(tenant, in: state, now: now, pending: PendingRanges(reading: state))
        return views.view(number, row)
    }

    /// The number of the code with a text; nil when there is none that anybody may see.
    ///
    /// A signed code has one from its first claim on.
    public static func number(text: CodeText, tenant: TenantNumber, state: some StateReading) -> EntityNumber? {
        guard let number = owner(of: text, tenant: tenant, state: state), !PendingRanges.hides(number, in: state) else {
            return nil
        }
        return number
    }

    /// Who has a text, be it a code that nobody may see yet.
    @inline(__always)
    static func owner(of text: CodeText, tenant: TenantNumber, state: some StateReading) -> EntityNumber? {
        guard (1...CodeText.lengthMax).contains(text.text.utf8.count) else { return nil }
        return state.read(Tables.codeTexts, RecordKeys.text(tenant, text.text)) { bytes in
            trusted("code_texts") { () throws(RecordDamage) in try EntityNumber(decoding: bytes) }
        }
    }

    @inline(__always)
    static func gate(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> CodeGate? {
        state.read(Tables.codes, RecordKeys.entity(tenant, number)) { CodeRow.gate(decoding: $0) }
    }

    /// The account that refers others with a code; nil without one.
    static func issuer(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> AccountID? {
        state.read(Tables.codes, RecordKeys.entity(tenant, number)) { bytes in
            trusted("codes") { () throws(RecordDamage) in
                guard let place = try CodeFields(decoding: bytes).issuer else { return nil }
                return try AccountID(in: bytes, at: place)
            }
        } ?? nil
    }

    static func row(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> CodeRow? {
        state.read(Tables.codes, RecordKeys.entity(tenant, number)) { CodeRow.decode($0) }
    }

    /// The row of a code that is there for everybody.
    static func visibleRow(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> CodeRow? {
        guard let row = row(number, tenant: tenant, state: state), !PendingRanges.hides(number, in: state) else {
            return nil
        }
        return row
    }

    // MARK: Changing

    /// Changes the places or the end of a code.
    ///
    /// Places that are taken stay taken.
    ///
    /// - Throws: `notFound`, `versionMismatch`, `invalidFields`, or `conflict` with `below_taken` when the new number
    ///   of places is below the number of used and held ones.
    public static func patch(
        _ command: PatchCode, in context: inout DecisionContext
    ) throws(Rejection) -> CodeView {
        let state = context.state
        let tenant = command.tenant
        guard var row = visibleRow(command.number, tenant: tenant, state: state) else {
            throw .notFound(entity: "Code")
        }
        var counter = state.capacity(.code, command.number, tenant: tenant)
        let document = row.document.map { Document.read($0, tenant: tenant, state: state) }
        var views = CodeViews(tenant, in: state, now: context.now, pending: context.pending)
        let before = views.view(command.number, row, counter, document)
        if let expected = command.expectedVersions, !expected.contains(before.version) { throw .versionMismatch }
        var errors = FieldErrors()
        if case .set(let value) = command.maxUses, errors.places(value, "max_uses") == nil {
            errors.add("max_uses", "Must be a number.")
        }
        if case .set(let value?) = command.maxUses {
            errors.checkPlaces(UInt64(clamping: value), ofCodeIn: row.campaign, tenant: tenant, in: state)
        }
        if case .set(let expiresAt?) = command.expiresAt {
            errors.instant(expiresAt, "expires_at")
            errors.check(expiresAt > context.now, "expires_at", "Must be in the future.")
        }
        try errors.throwIfAny()
        var members: [EventMember: UInt64?] = [:]
        if case .set(let value?) = command.maxUses, UInt64(value) != counter.limit {
            members[.maxUsesBefore] = counter.limit
            try Counters.swap(&counter, limit: UInt64(value), field: "max_uses", in: &context)
            state.setCounter(Tables.counters, RecordKeys.target(tenant, .code, command.number), counter)
            members[.maxUses] = counter.limit
        }
        if case .set(let expiresAt) = command.expiresAt, expiresAt != row.expiresAt {
            members[.expiresAtBefore] = EventMember.instant(row.expiresAt)
            members[.expiresAt] = EventMember.instant(expiresAt)
            row.expiresAt = expiresAt
            put(&row, command.number, tenant: tenant, state: state)
        }
        if !members.isEmpty { context.record(.codeChanged, command.number, of: tenant, members) }
        return views.view(command.number, row, counter, document)
    }

    /// Takes a code back: nobody new gets a place.
    ///
    /// Holds and redemptions stay. Doing it again changes nothing.
    ///
    /// - Throws: `notFound`.
    public static func revoke(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> CodeView {
        guard var row = visibleRow(number, tenant: tenant, state: context.state) else {
            throw .notFound(entity: "Code")
        }
        var views = CodeViews(tenant, in: context.state, now: context.now, pending: context.pending)
        if views.settled(row, number).revokedAt == nil {
            revoke(&row, number, tenant: tenant, at: context.now, by: context.actor, in: context)
        }
        return views.view(number, row)
    }

    /// Writes down that a code is taken back.
    static func revoke(
        _ row: inout CodeRow, _ number: EntityNumber, tenant: TenantNumber, at instant: Timestamp, by actor: Actor,
        in context: borrowing DecisionContext
    ) {
        row.revokedAt = instant
        put(&row, number, tenant: tenant, state: context.state)
        context.record(.codeRevoked, number, of: tenant, by: actor)
    }

    private static func put(_ row: inout CodeRow, _ number: EntityNumber, tenant: TenantNumber, state: Transaction) {
        row.revision += 1
        let stored = row
        state.put(Tables.codes, RecordKeys.entity(tenant, number)) { stored.encode(to: &$0) }
    }

    // MARK: Writing

    /// Stores a new code with its counter and indexes.
    ///
    /// - Precondition: nobody has the text, and nothing has the number.
    static func insert(
        _ row: borrowing CodeRow, _ number: EntityNumber, limit: UInt64, tenant: TenantNumber, in state: Transaction
    ) {
        let stored = copy row
        state.insert(Tables.codes, RecordKeys.entity(tenant, number)) { stored.encode(to: &$0) }
        state.insertCounter(Tables.counters, RecordKeys.target(tenant, .code, number), CapacityCounter(limit: limit))
        state.insert(Tables.codeTexts, RecordKeys.text(tenant, stored.text)) { $0.append(compact: number.rawValue) }
        if let campaign = row.campaign {
            state.addToIndex(Tables.codesByCampaign, tenant, campaign, number)
        }
    }

    /// Removes a code that nobody has ever seen, with its counter and indexes.
    static func remove(
        _ row: borrowing CodeRow, _ number: EntityNumber, tenant: TenantNumber, in state: Transaction
    ) {
        state.remove(Tables.codes, RecordKeys.entity(tenant, number))
        state.remove(Tables.counters, RecordKeys.target(tenant, .code, number))
        state.remove(Tables.codeTexts, RecordKeys.text(tenant, row.text))
        if let campaign = row.campaign {
            state.removeFromIndex(Tables.codesByCampaign, tenant, campaign, number)
        }
    }
}
