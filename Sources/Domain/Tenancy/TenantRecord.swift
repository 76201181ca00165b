internal import Store

/// The table of tenants; its keys are of the system, with the tenant as number.
enum TenantRecord: Record {
    static let table = Tables.tenants
    static let name: StaticString = "tenants"
    static var personalData: PersonalData<TenantRecord> { .none }

    private static let formatVersion: UInt8 = 1

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> TenantView {
        guard id.tenant == .system, let number = UInt32(exactly: id.number.rawValue) else { throw .value }
        var reader = ValueReader(bytes)
        try reader.version(formatVersion)
        let createdAt = reader.instant()
        let id = reader.shortText()
        let name = reader.longText()
        try reader.finish()
        return TenantView(number: TenantNumber(rawValue: number), id: id, name: name, createdAt: createdAt)
    }

    static func encode(_ tenant: TenantView, to writer: inout ValueWriter) {
        writer.append(byte: formatVersion)
        writer.append(instant: tenant.createdAt)
        writer.append(shortText: tenant.id)
        writer.append(text: tenant.name)
    }

    static func check<State: StateScanning>(
        _ id: EntityKey, _ tenant: TenantView, in check: inout InvariantCheck<State>
    ) {
        check.require(
            check.find(TenantNameRecord.self, TextKey(tenant: .system, text: tenant.id)) == tenant.number,
            "tenant_name", "tenant \(tenant.number.rawValue) has no unique name")
    }
}

extension EntityKey {
    /// The key of a tenant's row.
    static func tenant(_ tenant: TenantNumber) -> EntityKey {
        EntityKey(tenant: .system, number: EntityNumber(rawValue: UInt64(tenant.rawValue)))
    }
}
