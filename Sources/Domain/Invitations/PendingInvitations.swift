internal import Crypto
public import Store

/// How many invitations wait for somebody.
public enum PendingInvitations {
    /// The pending invitations of an e-mail address, whatever its case and the blanks around it.
    public static func count(email: String, tenant: TenantNumber, state: some StateReading) -> UInt32 {
        state.read(Tables.pendingInvitations, key(email: email, tenant: tenant)) { bytes in
            var reader = ValueReader(bytes)
            return reader.integer(UInt32.self)
        } ?? 0
    }

    static func key(email: String, tenant: TenantNumber) -> Key {
        let isBlank = { (character: Character) in character.isWhitespace }
        let trimmed = String(email.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        return RecordKeys.bytes(tenant, Array(SHA256.hash(data: Array(trimmed.lowercased().utf8))))
    }
}
