internal import Store

/// The table of live holds, by the time at which they run out.
enum LiveHoldRecord: Record {
    static let table = Tables.holdsLive
    static let name: StaticString = "holds_live"
    static var personalData: PersonalData<LiveHoldRecord> { .none }

    static func check<State: StateScanning>(_ id: LiveHold, _ value: Nothing, in check: inout InvariantCheck<State>) {
        let row = check.find(HoldRecord.self, EntityKey(tenant: id.tenant, number: id.number))
        check.require(
            row?.state == .held && row?.expiresAt == id.expiresAt, "hold_live",
            "the index of live holds names hold \(id.number.rawValue), which is not")
    }
}

extension LiveHold: RecordID {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        expiresAt = reader.bigEndianInstant()
        number = reader.entity()
        guard reader.isFinished else { return nil }
    }

    var key: Key { RecordKeys.live(tenant, expiresAt, number) }
}
