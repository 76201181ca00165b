internal import Store

/// The table of capacity counters.
enum CounterRecord: Record {
    static let table = Tables.counters
    static let name: StaticString = "counters"
    static var personalData: PersonalData<CounterRecord> { .none }

    static func decode(_ id: TargetKey, _ bytes: RawSpan) throws(RecordDamage) -> CapacityCounter {
        guard let counter = CapacityCounter(decoding: bytes) else { throw .fields }
        return counter
    }

    static func encode(_ counter: CapacityCounter, to writer: inout ValueWriter) { counter.encode(to: &writer) }

    /// It is that of a thing that exists, and has no more taken than its limit; the thing compares it with its claims.
    static func check<State: StateScanning>(
        _ id: TargetKey, _ counter: CapacityCounter, in check: inout InvariantCheck<State>
    ) {
        let thing = EntityKey(tenant: id.tenant, number: id.number)
        let exists = id.kind == .code ? check.has(CodeRecord.self, thing) : check.has(CampaignRecord.self, thing)
        check.require(
            exists, "counter_orphan", "a counter belongs to \(id.kind) \(id.number.rawValue), which is not there")
        let (taken, overflow) = counter.used.addingReportingOverflow(counter.held)
        check.require(
            !overflow && taken <= counter.limit, "counter_limit",
            "\(id.kind) \(id.number.rawValue) has more taken than its limit")
    }
}
