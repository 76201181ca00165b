internal import Store

/// The table of tenants by their id text.
enum TenantNameRecord: Record {
    static let table = Tables.tenantNames
    static let name: StaticString = "tenant_names"
    static var personalData: PersonalData<TenantNameRecord> { .none }

    static func decode(_ id: TextKey, _ bytes: RawSpan) throws(RecordDamage) -> TenantNumber {
        var reader = ValueReader(bytes)
        let owner = reader.tenant()
        try reader.finish()
        return owner
    }

    static func encode(_ owner: TenantNumber, to writer: inout ValueWriter) {
        writer.append(compact: UInt64(owner.rawValue))
    }

    static func check<State: StateScanning>(
        _ id: TextKey, _ owner: TenantNumber, in check: inout InvariantCheck<State>
    ) {
        let row = check.find(TenantRecord.self, .tenant(owner))
        check.require("a name", id, of: "tenant \(owner.rawValue)", is: row?.id, "tenant_name")
    }
}
