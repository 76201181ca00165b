internal import Store

/// The table of long optional fields of campaigns and of batches of codes, in parts.
enum DocumentRecord: Record {
    static let table = Tables.documents
    static let name: StaticString = "documents"
    /// None: a tenant writes these of its own campaigns and codes, not of persons.
    static var personalData: PersonalData<DocumentRecord> { .none }

    static func decode(_ id: DocumentKey, _ bytes: RawSpan) throws(RecordDamage) -> [UInt8] {
        var reader = ValueReader(bytes)
        return reader.rest()
    }

    static func encode(_ part: [UInt8], to writer: inout ValueWriter) { writer.append(bytes: part) }

    static func check<State: StateScanning>(
        _ id: DocumentKey, _ part: [UInt8], in check: inout InvariantCheck<State>
    ) {
        guard id.part == 0 else {
            let before = DocumentKey(tenant: id.tenant, number: id.number, part: id.part - 1)
            return check.require(
                check.find(DocumentRecord.self, before)?.count == ValueWriter.capacityMax, "document",
                "part \(id.part) of document \(id.number.rawValue) follows none that is full")
        }
        let bytes = Document.bytes(id.number, tenant: id.tenant, state: check.state)
        do throws(RecordDamage) {
            _ = try Document(decoding: bytes)
        } catch {
            check.require(false, "document", "document \(id.number.rawValue) \(error.rawValue)")
        }
    }
}
