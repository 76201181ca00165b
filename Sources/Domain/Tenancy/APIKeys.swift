internal import Crypto
public import Journal
public import Store

/// API keys: random, prefixed, shown once, stored as SHA-256.
public enum APIKeys {
    /// The beginning of every key's text.
    public static let prefix = "usher_"
    private static let randomLength = 40
    static let hashBytes = 32

    /// Makes a key from 200 bits of chance.
    ///
    /// - Throws: `invalidFields`.
    public static func create(_ command: CreateKey, in context: inout DecisionContext) throws(Rejection) -> CreatedKey {
        var errors = FieldErrors()
        errors.name(command.name)
        let scopes = KeyScopes(codes: command.scopes)
        errors.check(scopes != nil, "scopes", "Must be one or more of \(KeyScopes.allWords.joined(separator: ", ")).")
        errors.instant(command.expiresAt, "expires_at")
        if let expiresAt = command.expiresAt {
            errors.check(expiresAt > context.now, "expires_at", "Must be in the future.")
        }
        guard errors.isEmpty, let scopes else { throw .invalidFields(errors) }
        let text = prefix + CodeAlphabet.random(length: randomLength, using: &context.random)
        let hash = hash(of: text)
        let view = insert(
            name: command.name, scopes, expiresAt: command.expiresAt, hash, tenant: command.tenant, in: &context)
        return CreatedKey(view: view, text: text)
    }

    /// Stores the root key that an operator gives at the start, by its hash, in the place of the one given before.
    ///
    /// The key given before is taken back: an operator who gives another one means that one. Doing it again changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - hash: ``hash(of:)`` of the key's text.
    ///   - context: The context of the command.
    /// - Returns: The key, and what was changed for it.
    /// - Throws: `conflict` with `key_taken` when the text is that of a key with other scopes.
    @discardableResult
    public static func keepGivenRoot(
        hash: [UInt8], in context: inout DecisionContext
    ) throws(Rejection) -> GivenRootKey {
        precondition(hash.count == hashBytes, "a key's hash has 32 bytes")
        let state = context.state
        var before: EntityNumber?
        if case .givenRootKey(let number)? = state.find(SettingRecord.self, .givenRootKey) { before = number }
        let owner = owner(of: hash, state: state)
        var revoked: EntityNumber?
        if let before, owner?.number != before {
            if find(before, tenant: .default, state: state)?.revokedAt == nil { revoked = before }
            _ = try revoke(before, tenant: .default, in: &context)
        }
        let number: EntityNumber
        var change = GivenRootKey.Change.none
        if let owner {
            guard var view = find(owner.number, tenant: owner.tenant, state: state), view.scopes.contains(.root),
                owner.tenant == .default
            else {
                throw .conflict(
                    code: "key_taken",
                    message: "The root key is the text of a key without the scope root; give another.")
            }
            number = owner.number
            if view.revokedAt != nil {
                view.revokedAt = nil
                state.put(
                    APIKeyRecord.self, EntityKey(tenant: .default, number: number), StoredKey(view: view, hash: hash))
                context.record(.keyReinstated, number, of: .default)
                change = .reinstated
            }
        } else {
            change = .created
            number = insert(name: "root key given at the start", [.root], hash, tenant: .default, in: &context).number
        }
        if before != number { state.put(SettingRecord.self, .givenRootKey, .givenRootKey(number)) }
        return GivenRootKey(number: number, change: change, revoked: revoked)
    }

    /// Stores a new key.
    private static func insert(
        name: String, _ scopes: KeyScopes, expiresAt: Timestamp? = nil, _ hash: [UInt8], tenant: TenantNumber,
        in context: inout DecisionContext
    ) -> KeyView {
        let view = KeyView(
            number: context.makeNumber(), name: name, scopes: scopes, createdAt: context.now, expiresAt: expiresAt,
            revokedAt: nil)
        let id = EntityKey(tenant: tenant, number: view.number)
        context.state.insert(APIKeyRecord.self, id, StoredKey(view: view, hash: hash))
        context.state.insert(APIKeyHashRecord.self, HashKey(tenant: .system, hash: hash), id)
        context.record(
            .keyCreated, view.number, of: tenant,
            [.scopes: UInt64(scopes.rawValue), .expiresAt: EventMember.instant(expiresAt)])
        return view
    }

    private static func owner(of hash: [UInt8], state: some StateReading) -> EntityKey? {
        state.find(APIKeyHashRecord.self, HashKey(tenant: .system, hash: hash))
    }

    /// Takes a key back: nobody can use it from the next command on.
    ///
    /// Doing it again changes nothing.
    ///
    /// - Throws: `notFound`.
    public static func revoke(
        _ number: EntityNumber, tenant: TenantNumber, in context: inout DecisionContext
    ) throws(Rejection) -> KeyView {
        let id = EntityKey(tenant: tenant, number: number)
        guard var key = context.state.find(APIKeyRecord.self, id) else { throw .notFound(entity: "Key") }
        guard key.view.revokedAt == nil else { return key.view }
        key.view.revokedAt = context.now
        context.state.put(APIKeyRecord.self, id, key)
        context.record(.keyRevoked, number, of: tenant)
        return key.view
    }

    /// The key of a number; nil when there is none.
    public static func find(_ number: EntityNumber, tenant: TenantNumber, state: some StateReading) -> KeyView? {
        state.find(APIKeyRecord.self, EntityKey(tenant: tenant, number: number))?.view
    }

    /// Finds the credential of a key; nil when it is unknown, revoked or expired.
    ///
    /// - Parameters:
    ///   - hash: ``hash(of:)`` of the whole text.
    ///   - state: The state to look in.
    ///   - now: The time by which an end is judged.
    /// - Returns: The credential.
    public static func credential(hash: [UInt8], state: some StateReading, now: Timestamp) -> Credential? {
        guard hash.count == hashBytes else { return nil }
        guard let owner = owner(of: hash, state: state),
            let view = find(owner.number, tenant: owner.tenant, state: state), view.revokedAt == nil
        else { return nil }
        if let expiresAt = view.expiresAt, now >= expiresAt { return nil }
        return Credential(
            tenant: owner.tenant, number: owner.number, scopes: view.scopes, expiresAt: view.expiresAt)
    }

    /// The keys of a tenant, newest first, revoked ones among them.
    public static func list(tenant: TenantNumber, page: PageRequest, in state: some StateScanning) -> Page<KeyView> {
        state.page(APIKeyRecord.self, of: tenant, page) { $1.view }
    }

    /// Hashes a key's text for storage: SHA-256, 32 bytes.
    public static func hash(of text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}
