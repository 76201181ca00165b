import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import Store
import Wire

/// Codes, one at a time and in lists.
extension Operations {
    static let codes: [Operation] = [
        Operation(
            method: .get, path: admin + "/codes", name: "listCodes", summary: "Codes, newest first.",
            chapter: .administration, need: .read, query: codeFilters + Operation.Parameter.page,
            replies: [.json("CodePage")], isTagged: true,
            dependsOnTime: true, work: .query(listCodes)),
        Operation(
            method: .get, path: admin + "/codes/{id}", name: "getCode", summary: "A code.",
            chapter: .administration, need: .read, replies: [.json("CodeEnvelope")], isTagged: true,
            dependsOnTime: true, work: .query(getCode)),
        Operation(
            method: .patch, path: admin + "/codes/{id}", name: "patchCode",
            summary: "Changes max_uses or expires_at; max_uses cannot go below the places taken.",
            chapter: .administration, need: .admin, body: .json(schema: "CodePatch"), replies: [.json("CodeEnvelope")],
            isTagged: true, comparesVersions: true, work: .command(patchCode)),
        Operation(
            method: .post, path: admin + "/codes/{id}/revoke", name: "revokeCode",
            summary: "Revokes a code. Its redemptions stay.",
            chapter: .administration, need: .admin, replies: [.json("CodeEnvelope")], isTagged: true,
            work: .command(revokeCode)),
    ]

    static func envelope(_ code: CodeView, _ ids: PublicIDs, status: Int = 200) -> Answer {
        .data(status, version: code.version) { ResourceWriter(ids: ids).write(code, to: &$0) }
    }

    /// The filters of lists and exports.
    static let codeFilters =
        [Operation.Parameter(name: "code", schema: ["type": "string", "maxLength": 128])] + CampaignFilter.parameters
        + [.codeState]

    /// The filters of lists and exports, as a question to a state: the campaign may be named by its key.
    static func codeQuery(
        _ call: Call, page: PageRequest
    ) throws(Problem) -> @Sendable (Snapshot) throws -> CodeQuery {
        var query = CodeQuery(
            tenant: call.tenant, state: try call.queryWord("state"), page: page)
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

    private static func patchCode(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Code")
        var fields = try call.fields()
        let command = PatchCode(
            tenant: call.tenant, number: number, expectedVersions: call.expectedVersions,
            maxUses: fields.patch("max_uses") { $0.integer("max_uses") },
            expiresAt: fields.patch("expires_at") { $0.time("expires_at", .end) })
        try fields.check()
        let ids = call.ids
        return { context throws(Rejection) in envelope(try Codes.patch(command, in: &context), ids) }
    }

    private static func revokeCode(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Code")
        let (tenant, ids) = (call.tenant, call.ids)
        return { context throws(Rejection) in
            envelope(try Codes.revoke(number, tenant: tenant, in: &context), ids)
        }
    }
}
