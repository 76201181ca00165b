public import Store

/// Tenants: the boundary that nothing crosses.
public enum Tenants {
    /// The length of an id in bytes, all of them letters, digits and hyphens of ASCII.
    public static let idLengthRange = 1...50

    /// Makes a tenant.
    ///
    /// - Parameters:
    ///   - id: The id of the tenant.
    ///   - name: The name for people, at most 255 characters; nil makes one of the id (`acme-corp` → `Acme Corp`).
    ///   - context: The context of the command.
    /// - Returns: The tenant.
    /// - Throws: `invalidFields`, or `conflict` with `tenant_taken`.
    public static func create(
        id: String, name: String?, in context: inout DecisionContext
    ) throws(Rejection) -> TenantView {
        var errors = FieldErrors()
        errors.check(isValid(id), "id", "Must be 1 to 50 lower-case letters, digits and hyphens, no hyphen first.")
        let name = name ?? headline(id)
        errors.name(name)
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
        let tenant = TenantView(number: number, id: id, name: name, createdAt: context.now)
        state.insert(TenantRecord.self, .tenant(number), tenant)
        state.insert(TenantNameRecord.self, TextKey(tenant: .system, text: id), number)
        state.put(SettingRecord.self, .lastTenant, .lastTenant(number))
        context.record(.tenantCreated, EntityNumber(rawValue: UInt64(number.rawValue)), of: number)
    }

    private static func lastNumber(state: some StateReading) -> UInt32 {
        guard case .lastTenant(let last)? = state.find(SettingRecord.self, .lastTenant) else {
            return TenantNumber.default.rawValue
        }
        return last.rawValue
    }

    /// The number of the tenant with an id; nil when there is none.
    public static func number(id: String, state: some StateReading) -> TenantNumber? {
        guard isValid(id) else { return nil }
        return state.find(TenantNameRecord.self, TextKey(tenant: .system, text: id))
    }

    /// The tenant of a number; nil when there is none.
    public static func find(_ number: TenantNumber, state: some StateReading) -> TenantView? {
        state.find(TenantRecord.self, .tenant(number))
    }

    /// All tenants, newest first.
    ///
    /// A page resumes at a tenant's number.
    public static func list(page: PageRequest, in state: some StateScanning) -> Page<TenantView> {
        state.page(TenantRecord.self, of: .system, page) { $1 }
    }

    private static func isValid(_ id: String) -> Bool {
        guard idLengthRange.contains(id.utf8.count), id.utf8.first != UInt8(ascii: "-") else { return false }
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
