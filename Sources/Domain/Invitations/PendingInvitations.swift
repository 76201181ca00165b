internal import Crypto
public import Store

/// Counts the invitations that wait for an address.
public enum PendingInvitations {
    /// The pending invitations of an e-mail address, whatever its case and the blanks around it.
    public static func count(email: String, tenant: TenantNumber, state: some StateReading) -> UInt32 {
        state.find(PendingInvitationRecord.self, key(email: email, tenant: tenant)) ?? 0
    }

    static func key(email: String, tenant: TenantNumber) -> HashKey {
        let isBlank = { (character: Character) in character.isWhitespace }
        let trimmed = String(email.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        return HashKey(tenant: tenant, hash: Array(SHA256.hash(data: Array(trimmed.lowercased().utf8))))
    }
}
