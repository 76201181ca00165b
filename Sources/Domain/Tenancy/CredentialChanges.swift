public import Store

/// API keys and tenant names that a frame has changed: what a node's memory of credentials takes over once the frame is
/// acknowledged.
public struct CredentialChanges: Sendable {
    /// The tables whose changes matter here.
    public static let tables: TableSet = [Tables.apiKeys, Tables.tenantNames]

    /// Hash and new meaning of each changed key; nil: it was taken back.
    public private(set) var keys: [(hash: KeyHash, credential: Credential?)] = []
    /// Name and number of each new tenant.
    public private(set) var tenants: [(id: String, number: TenantNumber)] = []

    /// Nothing changed.
    public init() {}

    /// True if there is no change.
    public var isEmpty: Bool { keys.isEmpty && tenants.isEmpty }

    /// Takes over the present record under a key of one of ``tables``; keys of other tables are passed over.
    public mutating func note(_ table: TableID, key: RawSpan, in state: some StateReading) {
        switch table {
        case Tables.apiKeys: noteKey(key, in: state)
        case Tables.tenantNames: noteTenant(key, in: state)
        default: break
        }
    }

    private mutating func noteKey(_ key: RawSpan, in state: some StateReading) {
        guard let id = EntityKey(decoding: key), let found = state.find(APIKeyRecord.self, id),
            let hash = KeyHash(found.hash)
        else { return }
        keys.append((hash, found.view.revokedAt == nil ? Credential(found.view, of: id.tenant) : nil))
    }

    private mutating func noteTenant(_ key: RawSpan, in state: some StateReading) {
        guard let id = TextKey(decoding: key), let number = state.find(TenantNameRecord.self, id) else { return }
        tenants.append((id.text, number))
    }

    /// Adds what came later.
    public mutating func append(_ later: CredentialChanges) {
        keys += later.keys
        tenants += later.tenants
    }

    /// Everything that a state has.
    ///
    /// - Complexity: O(keys and tenants).
    public static func all(in state: some StateScanning) -> CredentialChanges {
        var changes = CredentialChanges()
        for table in [Tables.apiKeys, Tables.tenantNames] {
            state.scan(table, prefix: Key(), from: nil, descending: false) { key, _ in
                changes.note(table, key: key, in: state)
                return true
            }
        }
        return changes
    }
}

extension Credential {
    init(_ view: KeyView, of tenant: TenantNumber) {
        self.init(tenant: tenant, number: view.number, scopes: view.scopes, expiresAt: view.expiresAt)
    }
}
