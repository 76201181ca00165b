internal import Journal
internal import Store

/// One run of the checks: what it walks, and what it found.
struct InvariantCheck<State: StateScanning> {
    let state: State
    let limit: Int
    let progress: (String, UInt64) -> Void
    private(set) var violations: [Violation] = []

    init(state: State, limit: Int, progress: @escaping (String, UInt64) -> Void) {
        self.state = state
        self.limit = limit
        self.progress = progress
    }

    /// Notes a violation unless the rule holds.
    mutating func require(_ holds: Bool, _ rule: String, _ detail: @autoclosure () -> String) {
        if !holds, violations.count < limit { violations.append(Violation(rule: rule, detail: detail())) }
    }

    /// Walks a whole table until enough is wrong.
    ///
    /// The visitor gets the tenant, the key behind it, and the value.
    mutating func each(
        _ table: TableID, _ name: String,
        _ visit: (inout InvariantCheck, TenantNumber, RawSpan, RawSpan) -> Void
    ) {
        guard violations.count < limit else { return }
        var run = self
        var records: UInt64 = 0
        state.scan(table, prefix: Key(), from: nil, descending: false) { key, value in
            var reader = ValueReader(key)
            let tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
            visit(&run, tenant, key.afterPrefix(key.byteCount - reader.remaining), value)
            records += 1
            if records.isMultiple(of: 65_536) { run.progress(name, records) }
            return run.violations.count < run.limit
        }
        self = run
        progress(name, records)
    }

    /// Whether a record is there.
    func has(_ table: TableID, _ key: borrowing Key) -> Bool {
        state.contains(table, key)
    }

    /// The number in an owner record, or nil.
    func owner(_ table: TableID, _ key: borrowing Key) -> UInt64? {
        UniqueTable(table).owner(key, in: state)
    }
}

// MARK: - Tenants, keys, unique texts

extension InvariantCheck {
    /// Unique texts and hashes belong to rows that say the same, both ways.
    mutating func checkOwners() {
        each(Tables.tenants, "tenants") { run, _, key, _ in
            var reader = ValueReader(key)
            let number = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
            guard let view = Tenants.find(number, state: run.state) else { return }
            let owner = run.owner(Tables.tenantNames, RecordKeys.text(.system, view.id))
            run.require(owner == UInt64(number.rawValue), "tenant_name", "tenant \(number.rawValue) has no unique name")
        }
        each(Tables.tenantNames, "tenant_names") { run, _, key, value in
            var reader = ValueReader(value)
            let number = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
            let id = Tenants.find(number, state: run.state)?.id
            run.require(key.isText(id), "tenant_name", "a name belongs to tenant \(number.rawValue), which has another")
        }
        each(Tables.apiKeys, "api_keys") { run, tenant, key, value in
            var reader = ValueReader(key)
            let number = reader.entity()
            let hash = APIKeys.decode(number, value).hash
            let owner = run.keyOwner(hash)
            run.require(
                owner?.0 == tenant && owner?.1 == number, "api_key_hash", "key \(number.rawValue) cannot be found")
        }
        each(Tables.apiKeyHashes, "api_key_hashes") { run, _, key, _ in
            var reader = ValueReader(key)
            let hash = reader.bytes(key.byteCount)
            guard let owner = run.keyOwner(hash) else { return }
            let row = run.state.read(Tables.apiKeys, RecordKeys.entity(owner.0, owner.1)) {
                APIKeys.decode(owner.1, $0).hash
            }
            run.require(row == hash, "api_key_hash", "a hash belongs to key \(owner.1.rawValue), which has another")
        }
        each(Tables.codeTexts, "code_texts") { run, tenant, key, value in
            var reader = ValueReader(value)
            let number = reader.entity()
            let text = Codes.row(number, tenant: tenant, state: run.state)?.text
            run.require(key.isText(text), "code_text", "a text belongs to code \(number.rawValue), which has another")
        }
        each(Tables.campaignKeys, "campaign_keys") { run, tenant, key, value in
            var reader = ValueReader(value)
            let number = reader.entity()
            let text = Campaigns.row(number, tenant: tenant, state: run.state)?.key
            run.require(
                key.isText(text), "campaign_key", "a key belongs to campaign \(number.rawValue), which has another")
        }
    }

    private func keyOwner(_ hash: [UInt8]) -> (TenantNumber, EntityNumber)? {
        state.read(Tables.apiKeyHashes, RecordKeys.bytes(.system, hash)) { bytes in
            var reader = ValueReader(bytes)
            let tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
            return (tenant, reader.entity())
        }
    }

    /// Every counter and tally is that of a thing that exists.
    mutating func checkCounters() {
        each(Tables.counters, "counters") { run, tenant, key, value in
            guard let (kind, number) = run.target(key) else { return }
            let table = kind == .code ? Tables.codes : Tables.campaigns
            run.require(
                run.has(table, RecordKeys.entity(tenant, number)), "counter_orphan",
                "a counter belongs to \(kind) \(number.rawValue), which is not there")
            let counter = CapacityCounter(decoding: value)
            let fits = counter.map {
                !$0.used.addingReportingOverflow($0.held).overflow && $0.used + $0.held <= $0.limit
            }
            run.require(fits ?? false, "counter_limit", "\(kind) \(number.rawValue) has more taken than its limit")
        }
        each(Tables.tallies, "tallies") { run, tenant, key, _ in
            guard let (kind, number) = run.target(key) else { return }
            run.require(
                kind == .campaign && run.has(Tables.campaigns, RecordKeys.entity(tenant, number)), "tally_orphan",
                "a tally belongs to \(kind) \(number.rawValue), which is not there")
        }
    }

    private mutating func target(_ key: RawSpan) -> (TargetKind, EntityNumber)? {
        var reader = ValueReader(key)
        let kind = TargetKind(rawValue: reader.byte())
        let number = reader.entity()
        require(kind != nil, "counter_orphan", "a counter of number \(number.rawValue) is of no known kind")
        return kind.map { ($0, number) }
    }
}
