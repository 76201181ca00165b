internal import Store

/// The table of what claims carry along, as JSON text.
enum MetadataRecord: Record {
    static let table = Tables.metadata
    static let name: StaticString = "metadata"
    /// Whose it is says the hold or redemption of its number.
    static var personalData: PersonalData<MetadataRecord> {
        PersonalData(fields: [.init("metadata", .content)], erasure: .withOwner) { _, _ in nil }
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> [UInt8] {
        guard bytes.byteCount <= Claims.metadataBytesMax else { throw .rest }
        var reader = ValueReader(bytes)
        return reader.rest()
    }

    static func encode(_ metadata: [UInt8], to writer: inout ValueWriter) { writer.append(bytes: metadata) }

    static func check<State: StateScanning>(_ id: EntityKey, _ value: [UInt8], in check: inout InvariantCheck<State>) {
        let has =
            check.find(RedemptionRecord.self, id)?.hasMetadata ?? check.find(HoldRecord.self, id)?.hasMetadata ?? false
        check.require(has, "metadata", "metadata of number \(id.number.rawValue) belongs to nothing")
    }
}
