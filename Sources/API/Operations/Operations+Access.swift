import Domain
import Engine
import HTTPTypes
import Journal
import Wire

/// Tenants and keys.
extension Operations {
    static let tenantsAndKeys: [Operation] = [
        Operation(
            method: .get, path: admin + "/tenants", name: "listTenants",
            summary: "The tenants that the key can see: all for root, else its own.",
            chapter: .administration, need: .read, query: Operation.Parameter.page, replies: [.json("TenantPage")],
            isTagged: true,
            work: .query(listTenants)),
        Operation(
            method: .post, path: admin + "/tenants", name: "createTenant", summary: "Makes a tenant.",
            chapter: .administration, need: .root, body: .json(schema: "TenantRequest"),
            replies: [.json(201, "TenantEnvelope")], work: .command(createTenant)),
        Operation(
            method: .get, path: admin + "/keys", name: "listKeys", summary: "API keys, newest first.",
            chapter: .administration, need: .root, query: Operation.Parameter.page, replies: [.json("KeyPage")],
            isTagged: true,
            work: .query(listKeys)),
        Operation(
            method: .post, path: admin + "/keys", name: "createKey",
            summary: "Makes a key for the tenant of Usher-Tenant. The answer shows it once.",
            chapter: .administration, need: .root, body: .json(schema: "KeyRequest"),
            replies: [.json(201, "CreatedKeyEnvelope")],
            secrets: [["data", "key"]], work: .command(createKey)),
        Operation(
            method: .delete, path: admin + "/keys/{id}", name: "revokeKey",
            summary: "Revokes a key; it stops working with the next request.",
            chapter: .administration, need: .root, replies: [.json("KeyEnvelope")], work: .command(revokeKey)),
    ]

    private static func listTenants(_ call: Call) async throws -> Answer {
        let listing = try Listing(call)
        let (page, own, isRoot) = (listing.page, call.tenant, call.access.scopes.contains(.root))
        let decided = try await call.api.engine.read(length: listing.length) { snapshot, _ -> Page<TenantView> in
            if isRoot { return Tenants.list(page: page, in: snapshot) }
            return Page(items: Tenants.find(own, state: snapshot).map { [$0] } ?? [], next: nil)
        }
        let resources = ResourceWriter(ids: call.ids)
        return listing.answer(decided.value) { resources.write($0, to: &$1) }.at(decided.position)
    }

    private static func createTenant(_ call: Call) throws -> Operation.Command {
        var fields = try call.fields()
        let (id, name) = (fields.requiredText("id"), fields.text("name"))
        try fields.check()
        let ids = call.ids
        return { context throws(Rejection) in
            let tenant = try Tenants.create(id: id, name: name, in: &context)
            return .data(201) { ResourceWriter(ids: ids).write(tenant, to: &$0) }
        }
    }

    private static func listKeys(_ call: Call) async throws -> Answer {
        let listing = try Listing(call)
        let (tenant, page) = (call.tenant, listing.page)
        let decided = try await call.api.engine.read(length: listing.length) { snapshot, _ in
            APIKeys.list(tenant: tenant, page: page, in: snapshot)
        }
        let resources = ResourceWriter(ids: call.ids)
        return listing.answer(decided.value) { resources.write($0, to: &$1) }.at(decided.position)
    }

    private static func createKey(_ call: Call) throws -> Operation.Command {
        var fields = try call.fields()
        let command = CreateKey(
            tenant: call.tenant, name: fields.requiredText("name"), scopes: fields.texts("scopes"),
            expiresAt: fields.time("expires_at", .end))
        try fields.check()
        let ids = call.ids
        return { context throws(Rejection) in
            let key = try APIKeys.create(command, in: &context)
            return .data(201) { ResourceWriter(ids: ids).write(key.view, text: key.text, to: &$0) }
        }
    }

    private static func revokeKey(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Key")
        let (tenant, ids) = (call.tenant, call.ids)
        return { context throws(Rejection) in
            let key = try APIKeys.revoke(number, tenant: tenant, in: &context)
            return .data { ResourceWriter(ids: ids).write(key, to: &$0) }
        }
    }
}
