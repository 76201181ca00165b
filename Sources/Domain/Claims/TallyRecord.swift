internal import Store

/// The table of the numbers of campaigns' live redemptions.
enum TallyRecord: Record {
    static let table = Tables.tallies
    static let name: StaticString = "tallies"
    static var personalData: PersonalData<TallyRecord> { .none }

    static func decode(_ id: TargetKey, _ bytes: RawSpan) throws(RecordDamage) -> UInt64 {
        try Tally.read(bytes)
    }

    static func encode(_ tally: UInt64, to writer: inout ValueWriter) { writer.append(tally) }

    static func check<State: StateScanning>(_ id: TargetKey, _ tally: UInt64, in check: inout InvariantCheck<State>) {
        check.require(
            id.kind == .campaign && check.has(CampaignRecord.self, EntityKey(tenant: id.tenant, number: id.number)),
            "tally_orphan", "a tally belongs to \(id.kind) \(id.number.rawValue), which is not there")
    }
}
