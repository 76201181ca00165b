internal import Store

/// The table of redemptions that were given back, by person.
enum ReleasedRecord: Record {
    static let table = Tables.redemptionsReleased
    static let name: StaticString = "redemptions_released"
    static var personalData: PersonalData<ReleasedRecord> {
        PersonalData(fields: [.init("redeemer", .account)], erasure: .renamed) { key, _ in key.redeemer }
    }

    static func check<State: StateScanning>(
        _ id: ReleasedKey, _ value: Nothing, in check: inout InvariantCheck<State>
    ) {
        let row = check.find(RedemptionRecord.self, EntityKey(tenant: id.tenant, number: id.redemption))
        check.require(
            row?.redeemer == id.redeemer && row?.releasedAt != nil, "redemption_released",
            "the index of released ones names redemption \(id.redemption.rawValue), which is not")
    }
}
