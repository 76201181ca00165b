import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import Store
import Wire

/// Codes, one at a time and in lists.
extension Routes {
    static let codes: [Route] = [
        Route(
            method: .get, path: admin + "/codes", operation: "listCodes", summary: "Codes, newest first.",
            need: .read, query: codeFilters + Route.Parameter.page, success: [.json("CodePage")],
            dependsOnTime: true, problems: [422], work: .read(listCodes)),
        Route(
            method: .get, path: admin + "/codes/{id}", operation: "getCode", summary: "A code.",
            need: .read, success: [.json("CodeEnvelope")], dependsOnTime: true, problems: [404], work: .read(getCode)),
        Route(
            method: .patch, path: admin + "/codes/{id}", operation: "patchCode",
            summary: "Changes max_uses or expires_at; never below what is taken.",
            need: .admin, body: .json(schema: "CodePatch"), success: [.json("CodeEnvelope")],
            problems: [404, 409, 412, 422], work: .command(patchCode)),
        Route(
            method: .post, path: admin + "/codes/{id}/revoke", operation: "revokeCode",
            summary: "Takes a code back. What was redeemed stays.",
            need: .admin, success: [.json("CodeEnvelope")], problems: [404], work: .command(revokeCode)),
    ]

    static func envelope(_ code: CodeView, _ ids: PublicIDs, status: Int = 200) -> Answer {
        .data(status, version: code.version) { ResourceWriter(ids: ids).write(code, to: &$0) }
    }

    /// The filters of lists and exports.
    static let codeFilters =
        [Route.Parameter(name: "code", schema: ["type": "string", "maxLength": 128])] + CampaignFilter.parameters
        + [.codeState]

    /// The filters of lists and exports, as a question to a state: the campaign may be named by its key.
    static func codeQuery(
        _ call: Call, page: PageRequest
    ) throws(Problem) -> @Sendable (Snapshot) throws -> CodeQuery {
        var query = CodeQuery(
            tenant: call.tenant, state: try call.queryWord("state", CodeState.init(word:)), page: page)
        if let raw = call.query("code") {
            guard let text = CodeText(raw: raw) else {
                throw .invalid(field: "code", "Must not have more than \(CodeText.rawLengthMax) characters.")
            }
            query.text = text
        }
        let (start, campaign) = (query, try CampaignFilter(call))
        return { snapshot in
            var query = start
            query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
            return query
        }
    }

    private static func listCodes(_ call: Call) async throws -> Answer {
        let listing = try Listing(call)
        let query = try codeQuery(call, page: listing.page)
        let decided = try await call.api.engine.read(length: listing.length) { snapshot, now in
            Codes.list(try query(snapshot), in: snapshot, now: now)
        }
        let resources = ResourceWriter(ids: call.ids)
        return listing.answer(decided.value) { resources.write($0, to: &$1) }.read(decided)
    }

    private static func getCode(_ call: Call) async throws -> Answer {
        let number = try call.number("Code")
        let tenant = call.tenant
        let decided = try await call.api.engine.view { state, now in
            Codes.find(number, tenant: tenant, state: state, now: now)
        }
        guard let code = decided.value else { throw Problem.notFound("Code") }
        return envelope(code, call.ids).read(decided)
    }

    private static func patchCode(_ call: Call) throws -> Route.Command {
        let number = try call.number("Code")
        var fields = try call.fields()
        let command = PatchCode(
            tenant: call.tenant, number: number, maxUses: fields.patch("max_uses") { $0.integer("max_uses") },
            expiresAt: fields.patch("expires_at") { $0.time("expires_at", .end) })
        try fields.check()
        let (expected, tenant, ids) = (call.expectedVersions, call.tenant, call.ids)
        return { context throws(Rejection) in
            if let expected {
                guard let current = Codes.find(number, tenant: tenant, state: context.state, now: context.now) else {
                    throw .notFound(entity: "Code")
                }
                guard expected.contains(current.version) else { throw .versionMismatch }
            }
            return envelope(try Codes.patch(command, in: &context), ids)
        }
    }

    private static func revokeCode(_ call: Call) throws -> Route.Command {
        let number = try call.number("Code")
        let (tenant, ids) = (call.tenant, call.ids)
        return { context throws(Rejection) in
            envelope(try Codes.revoke(number, tenant: tenant, in: &context), ids)
        }
    }
}
