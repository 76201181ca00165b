internal import Store

/// A table of claims' rows: the final ones, or the holds.
protocol ClaimRowRecord: Record where ID == EntityKey, Value: ClaimRow {
    /// The index of the rows by their code.
    associatedtype ByCode: NumberIndexRecord
    /// The index of the rows by their campaign.
    associatedtype ByCampaign: NumberIndexRecord
}

extension ClaimRowRecord {
    static var personalData: PersonalData<Self> {
        PersonalData(fields: [.init("redeemer", .account)], erasure: .renamed) { $1.redeemer }
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> Value {
        try Value(id.number, decoding: bytes)
    }

    static func encode(_ row: Value, to writer: inout ValueWriter) {
        row.encode(packed: PackedAccount(row.redeemer), to: &writer)
    }

    /// Checks the indexes and the metadata of a row, and the redeemer's claim while the row is live: the one that they
    /// have on the thing.
    ///
    /// - Parameters:
    ///   - id: The key of the row.
    ///   - row: The row.
    ///   - kind: The word for such a row in reports and in the names of rules.
    ///   - live: The owner that the redeemer's claim names; nil when the row is not live.
    ///   - check: The check that notes faults.
    static func checkRow<State: StateScanning>(
        _ id: EntityKey, _ row: Value, kind: String, live: ClaimOwner?, in check: inout InvariantCheck<State>
    ) {
        let place = "\(kind) \(id.number.rawValue)"
        check.requireIndexed(
            id.number, of: id.tenant, code: (ByCode.self, row.code), campaign: (ByCampaign.self, row.campaign),
            "\(kind)_index", place)
        check.require(
            check.has(MetadataRecord.self, id) == row.hasMetadata, "metadata",
            "\(place) and its metadata do not belong together")
        guard let live else { return }
        let owner = check.owner(of: row.code, row.campaign, row.redeemer, id.tenant)
        check.require(owner == live, "claim", "\(place) is live but not its redeemer's claim")
    }
}
