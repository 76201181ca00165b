public import Store

/// Tenants: the boundary that nothing crosses.
public enum Tenants {
    static let names = UniqueTable(Tables.tenantNames)
    private static let formatVersion: UInt8 = 1

    /// Makes a tenant.
    ///
    /// - Parameter name: for people, at most 255 characters; nil makes one of the id (`acme-corp` → `Acme Corp`).
    /// - Throws: `invalidFields`, or `conflict` with `tenant_taken`.
    public static func create(
        id: String, name: String?, in context: inout DecisionContext
    ) throws(Rejection) -> TenantView {
        var errors = FieldErrors()
        errors.check(isValid(id), "id", "Must be 1 to 50 lower-case letters, digits and hyphens, no hyphen first.")
        let name = name ?? headline(id)
        errors.check((1...255).contains(name.unicodeScalars.count), "name", "Must have 1 to 255 characters.")
        try errors.throwIfAny()
        guard number(id: id, state: context.state) == nil else {
            throw .conflict(code: "tenant_taken", message: "There is a tenant with this id.")
        }
        let last = lastNumber(state: context.state)
        guard last < .max else { throw .conflict(code: "tenants_exhausted", message: "There can be no more tenants.") }
        let number = TenantNumber(rawValue: last + 1)
        insert(number, id: id, name: name, in: &context)
        return TenantView(number: number, id: id, name: name, createdAt: context.now)
    }

    static func insert(_ number: TenantNumber, id: String, name: String, in context: inout DecisionContext) {
        let state = context.state
        let now = context.now
        state.insert(Tables.tenants, RecordKeys.tenantRow(number)) {
            $0.append(byte: formatVersion)
            $0.append(instant: now)
            $0.append(shortText: id)
            $0.append(text: name)
        }
        state.insert(Tables.tenantNames, RecordKeys.text(.system, id)) { $0.append(compact: UInt64(number.rawValue)) }
        state.put(Tables.settings, SystemValues.lastTenant) { $0.append(compact: UInt64(number.rawValue)) }
    }

    private static func lastNumber(state: some StateReading) -> UInt32 {
        state.read(Tables.settings, SystemValues.lastTenant) { bytes in
            var reader = ValueReader(bytes)
            return UInt32(truncatingIfNeeded: reader.compact())
        } ?? TenantNumber.default.rawValue
    }

    /// The number of the tenant with an id; nil when there is none.
    public static func number(id: String, state: some StateReading) -> TenantNumber? {
        guard isValid(id) else { return nil }
        return names.owner(RecordKeys.text(.system, id), in: state).map {
            TenantNumber(rawValue: UInt32(truncatingIfNeeded: $0))
        }
    }

    /// The tenant of a number; nil when there is none.
    public static func find(_ number: TenantNumber, state: some StateReading) -> TenantView? {
        state.read(Tables.tenants, RecordKeys.tenantRow(number)) { decode(number, $0) }
    }

    /// All tenants, newest first.
    ///
    /// A page resumes at a tenant's number.
    public static func list(page: PageRequest, in state: some StateScanning) -> Page<TenantView> {
        state.page(Tables.tenants, prefix: RecordKeys.tenant(.system), page) { number, value in
            decode(TenantNumber(rawValue: UInt32(truncatingIfNeeded: number.rawValue)), value)
        }
    }

    private static func decode(_ number: TenantNumber, _ bytes: RawSpan) -> TenantView {
        var reader = ValueReader(bytes)
        guard reader.byte() == formatVersion else { damagedRecord("tenants") }
        let createdAt = reader.instant()
        let id = reader.shortText()
        let name = reader.longText()
        guard !reader.failed, reader.remaining == 0 else { damagedRecord("tenants") }
        return TenantView(number: number, id: id, name: name, createdAt: createdAt)
    }

    private static func isValid(_ id: String) -> Bool {
        guard (1...50).contains(id.utf8.count), id.utf8.first != UInt8(ascii: "-") else { return false }
        return id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    private static func headline(_ id: String) -> String {
        id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
