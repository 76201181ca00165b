internal import Store

/// The table that says which holds a code has.
enum HoldsByCodeRecord: NumberIndexRecord {
    static let table = Tables.holdsByCode
    static let name: StaticString = "holds_by_code"

    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool {
        check.find(HoldRecord.self, EntityKey(tenant: tenant, number: number))?.code == owner
    }
}
