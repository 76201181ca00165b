import Domain
import HTTPTypes
import JSONText
import Journal
import Wire

/// Tenants and keys.
extension Operations {
    static let tenancy: [Operation] = [
        .list(
            admin + "/tenants", "listTenants", "The tenants that the key can see: all for root, else its own.",
            of: TenantView.self
        ) { call, page in
            let (own, isRoot) = (call.tenant, call.access.scopes.contains(.root))
            return { snapshot, _ in
                if isRoot { return Tenants.list(page: page, in: snapshot) }
                return Page(items: Tenants.find(own, state: snapshot).map { [$0] } ?? [], next: nil)
            }
        },
        .command(
            .post, admin + "/tenants", "createTenant", "Makes a tenant.", need: .root, takes: TenantRequest.self,
            gives: .data(TenantView.self, status: 201), logged: .tenantCreated
        ) { tenant, context throws(Rejection) in
            try Tenants.create(id: tenant.id, name: tenant.name, in: &context)
        },
        .list(admin + "/keys", "listKeys", "API keys, newest first.", need: .root, of: KeyView.self) { call, page in
            let tenant = call.tenant
            return { snapshot, _ in APIKeys.list(tenant: tenant, page: page, in: snapshot) }
        },
        .command(
            .post, admin + "/keys", "createKey",
            "Makes a key for the tenant of Usher-Tenant. The answer shows it once.", need: .root,
            takes: CreateKey.self, gives: .data(CreatedKey.self, status: 201), logged: .keyCreated, by: APIKeys.create),
        .command(
            .delete, admin + "/keys/{id}", "revokeKey", "Revokes a key; it stops working with the next request.",
            need: .root, gives: .data(KeyView.self), logged: .keyRevoked
        ) { scope, context throws(Rejection) in
            try APIKeys.revoke(scope.number, tenant: scope.tenant, in: &context)
        },
    ]
}

// MARK: Bodies

extension CreateKey: RequestBody {
    static let schemaName = "KeyRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> CreateKey? {
        CreateKey(
            tenant: body.scope.tenant,
            name: body.requiredText("name", "The purpose of the key, for people.", .characters(NameLimit.characters)),
            scopes: body.requiredTexts("scopes", "The permissions of the key.", .words(KeyScopes.allWords)),
            expiresAt: body.time("expires_at", .end, "The end of its validity, after now; null for none."))
    }
}

// MARK: Resources

extension TenantView: Resource {
    static let schemaName = "Tenant"
    static let members: [Member<TenantView>] = [
        Member("id", "The name by which keys and requests name it.") { $0.id },
        Member("name", "For people.") { $0.name },
        Member("created_at", "When it was made.") { $0.createdAt },
    ]
}

extension KeyView: Resource {
    static let schemaName = "Key"
    static let members: [Member<KeyView>] = [
        Member("id", "The key's id.") { $0.number },
        Member("name", "Its purpose, for people.") { $0.name },
        Member("scopes", "The permissions of the key.") { $0.scopes.words },
        Member("created_at", "When it was made.") { $0.createdAt },
        Member("expires_at", "The end of its validity; null for none.") { $0.expiresAt },
        Member("revoked_at", "When it was revoked; null for never.") { $0.revokedAt },
    ]
}

extension CreatedKey: Resource {
    static let schemaName = "CreatedKey"
    static let members =
        KeyView.members.map { $0.of { (key: CreatedKey) in key.view } } + [
            Member("key", "The bearer token, shown this once; null in a replay.", .secret) { $0.text }
        ]
}
