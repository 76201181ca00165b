internal import Store

/// The table of API keys.
enum APIKeyRecord: Record {
    static let table = Tables.apiKeys
    static let name: StaticString = "api_keys"
    /// Keys are those of programs; names of keys are a tenant's own.
    static var personalData: PersonalData<APIKeyRecord> { .none }

    private static let formatVersion: UInt8 = 1

    private enum Flags {
        static let expires: UInt8 = 1
        static let revoked: UInt8 = 2
    }

    static func decode(_ id: EntityKey, _ bytes: RawSpan) throws(RecordDamage) -> StoredKey {
        var reader = ValueReader(bytes)
        try reader.version(formatVersion)
        let flags = reader.byte()
        let scopes = KeyScopes(rawValue: reader.byte())
        let createdAt = reader.instant()
        let expiresAt = flags & Flags.expires != 0 ? reader.instant() : nil
        let revokedAt = flags & Flags.revoked != 0 ? reader.instant() : nil
        let hash = reader.bytes(APIKeys.hashBytes)
        let name = reader.longText()
        try reader.finish()
        let view = KeyView(
            number: id.number, name: name, scopes: scopes, createdAt: createdAt, expiresAt: expiresAt,
            revokedAt: revokedAt)
        return StoredKey(view: view, hash: hash)
    }

    static func encode(_ key: StoredKey, to writer: inout ValueWriter) {
        let view = key.view
        writer.append(byte: formatVersion)
        writer.append(byte: (view.expiresAt != nil ? Flags.expires : 0) | (view.revokedAt != nil ? Flags.revoked : 0))
        writer.append(byte: view.scopes.rawValue)
        writer.append(instant: view.createdAt)
        if let expiresAt = view.expiresAt { writer.append(instant: expiresAt) }
        if let revokedAt = view.revokedAt { writer.append(instant: revokedAt) }
        writer.append(bytes: key.hash)
        writer.append(text: view.name)
    }

    static func check<State: StateScanning>(_ id: EntityKey, _ key: StoredKey, in check: inout InvariantCheck<State>) {
        check.require(
            check.find(APIKeyHashRecord.self, HashKey(tenant: .system, hash: key.hash)) == id, "api_key_hash",
            "key \(id.number.rawValue) cannot be found")
    }
}
