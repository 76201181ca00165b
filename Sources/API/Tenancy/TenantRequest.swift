import Domain

/// The body of `createTenant`.
struct TenantRequest: RequestBody {
    var id: String
    var name: String?

    static let schemaName = "TenantRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> TenantRequest? {
        TenantRequest(
            id: body.requiredText(
                "id", "Lower-case letters, digits and hyphens, no hyphen first.",
                .pattern("^[a-z0-9][a-z0-9-]*$", Tenants.idLengthRange)),
            name: body.text(
                "name", "For people; null makes one of the id.", .characters(NameLimit.characters)))
    }
}
