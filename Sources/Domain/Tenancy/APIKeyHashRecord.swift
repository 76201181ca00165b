internal import Store

/// The table of API keys by the hash of their text.
enum APIKeyHashRecord: Record {
    static let table = Tables.apiKeyHashes
    static let name: StaticString = "api_key_hashes"
    static var personalData: PersonalData<APIKeyHashRecord> { .none }

    /// Reads the key that has the hash: its tenant and number.
    static func decode(_ id: HashKey, _ bytes: RawSpan) throws(RecordDamage) -> EntityKey {
        guard let owner = EntityKey(decoding: bytes) else { throw .fields }
        return owner
    }

    static func encode(_ owner: EntityKey, to writer: inout ValueWriter) {
        writer.append(compact: UInt64(owner.tenant.rawValue))
        writer.append(entity: owner.number)
    }

    static func check<State: StateScanning>(_ id: HashKey, _ owner: EntityKey, in check: inout InvariantCheck<State>) {
        check.require(
            check.find(APIKeyRecord.self, owner)?.hash == id.hash, "api_key_hash",
            "a hash belongs to key \(owner.number.rawValue), which has another")
    }
}
