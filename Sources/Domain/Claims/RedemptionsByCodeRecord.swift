internal import Store

/// The table that says which redemptions a code has.
enum RedemptionsByCodeRecord: NumberIndexRecord {
    static let table = Tables.redemptionsByCode
    static let name: StaticString = "redemptions_by_code"

    static func belongs<State: StateScanning>(
        _ number: EntityNumber, to owner: EntityNumber, of tenant: TenantNumber, in check: InvariantCheck<State>
    ) -> Bool {
        check.find(RedemptionRecord.self, EntityKey(tenant: tenant, number: number))?.code == owner
    }
}
