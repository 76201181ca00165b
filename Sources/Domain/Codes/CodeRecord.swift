internal import Store

/// The table of codes.
enum CodeRecord: Record {
    static let table = Tables.codes
    static let name: StaticString = "codes"
    static var personalData: PersonalData<CodeRecord> {
        PersonalData(fields: [.init("issuer", .account)], erasure: .renamed) { $1.issuer }
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> CodeRow {
        try CodeRow(decoding: bytes)
    }

    static func encode(_ row: CodeRow, to writer: inout ValueWriter) { row.encode(to: &writer) }

    /// Its text, its index, its document, its places.
    static func check<State: StateScanning>(_ id: EntityKey, _ row: CodeRow, in check: inout InvariantCheck<State>) {
        let place = "code \(id.number.rawValue)"
        check.require(
            check.find(CodeTextRecord.self, TextKey(tenant: id.tenant, text: row.text)) == id.number, "code_text",
            "\(place) cannot be found by its text")
        if let campaign = row.campaign {
            check.require(
                check.isIndexed(CodesByCampaignRecord.self, id.number, of: campaign, id.tenant), "code_index",
                "\(place) is missing in the index of its campaign")
            check.require(
                check.has(CampaignRecord.self, EntityKey(tenant: id.tenant, number: campaign)), "code_campaign",
                "\(place) is in a campaign that is not there")
        }
        if let document = row.document {
            check.require(
                check.has(DocumentRecord.self, DocumentKey(tenant: id.tenant, number: document, part: 0)), "document",
                "\(place) has a document that is not there")
        }
        check.requireCounted(
            .code, id, place, holds: HoldsByCodeRecord.self, redemptions: RedemptionsByCodeRecord.self)
    }
}
