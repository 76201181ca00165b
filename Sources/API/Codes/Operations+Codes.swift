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
        .list(
            admin + "/codes", "listCodes", "Codes, newest first.", filters: codeFilters, of: CodeView.self,
            dependsOnTime: true
        ) { call, page in
            let query = try codeQuery(call, page: page)
            return { snapshot, now in Codes.list(try query(snapshot), in: snapshot, now: now) }
        },
        .one(admin + "/codes/{id}", "getCode", "A code.", gives: .data(CodeView.self), dependsOnTime: true) {
            Codes.find($0.number, tenant: $0.tenant, state: $1, now: $2)
        },
        .command(
            .patch, admin + "/codes/{id}", "patchCode",
            "Changes max_uses or expires_at; max_uses cannot go below the places taken.", takes: PatchCode.self,
            gives: .data(CodeView.self), comparesVersions: true, by: Codes.patch),
        .command(
            .post, admin + "/codes/{id}/revoke", "revokeCode", "Revokes a code. Its redemptions stay.",
            gives: .data(CodeView.self)
        ) { scope, context throws(Rejection) in
            try Codes.revoke(scope.number, tenant: scope.tenant, in: &context)
        },
        Operation(
            method: .post, path: admin + "/codes/revoke", name: "revokeCodes",
            summary:
                "Revokes the codes of a campaign, or those that a list names, in one command; atomic=true refuses a list "
                + "in which one is unknown.",
            chapter: .administration, need: .admin,
            query: [Operation.Parameter(name: "atomic", schema: ["type": "boolean", "default": false])],
            body: .json(RevokeCodes.self), replies: [Operation.Reply(revokedShape)], lane: .long,
            work: .commands(revokeCodes)),
    ]

    private static let revokedShape = AnswerShape.data(RevokedCodes.self)

    private static func revokeCodes(_ call: Call, _ decide: Operation.Decide) async throws -> Answer {
        let keyed = try KeyedCommands(call)
        var fingerprint = RequestFingerprint(call)
        fingerprint.take(call.body)
        if let record = try await keyed.lookUp(fingerprint) { return StoredAnswer(record).answer }
        var order = try call.read(RevokeCodes.self)
        order.atomic = try call.queryFlag("atomic")
        let (store, ids) = (keyed.storing(fingerprint), call.ids)
        let decided = try await call.api.engine.revokeCodes(order, by: call.access.actor) {
            revoked, context throws(Rejection) in
            let stored = StoredAnswer(Answer.shown(revokedShape, revoked).stored(ids).stored)
            if let store, let stored { store.store(stored, in: &context) }
        }
        return .shown(revokedShape, decided.value).at(decided.position)
    }

    /// The filters of lists and exports.
    static let codeFilters =
        [Operation.Parameter(name: "code", schema: Schema.text(TextRule.code.schema))] + CampaignFilter.parameters
        + [.codeState]

    /// The filters of lists and exports, as a question to a state: the campaign may be named by its key.
    static func codeQuery(
        _ call: Call, page: PageRequest
    ) throws(Problem) -> @Sendable (Snapshot) throws -> CodeQuery {
        var query = CodeQuery(
            tenant: call.tenant, state: try call.queryWord("state"), page: page)
        if let raw = call.query("code") {
            guard let text = CodeText(raw: raw) else {
                throw .invalid(field: "code", CodeText.rule)
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
}

// MARK: Bodies

extension BodyReader {
    /// The terms that codes made together share.
    fileprivate mutating func codeTerms() -> CodeTerms {
        CodeTerms(
            campaign: campaign(), campaignKey: campaignKey(),
            maxUses: places("max_uses", "The places of each code.", default: 1),
            expiresAt: codeEnd(), issuer: account("issuer_id", "The account that refers others with the codes."),
            grant: grant(), metadata: json("metadata", "An object that is kept with the codes."))
    }

    fileprivate mutating func campaign() -> EntityNumber? {
        number("campaign_id", "The campaign of the codes; null for none.")
    }

    fileprivate mutating func campaignKey() -> String? {
        text("campaign", "The campaign by its key, in place of campaign_id.")
    }

    fileprivate mutating func codeEnd() -> Timestamp? {
        time("expires_at", .end, "The instant at which they stop working, after now; null for never.")
    }
}

extension GenerateCodes: RequestBody {
    static let schemaName = "GenerateRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> GenerateCodes? {
        let length = Int64(Codes.lengthRange.lowerBound)...Int64(Codes.lengthRange.upperBound)
        return GenerateCodes(
            tenant: body.scope.tenant,
            count: body.requiredInteger("count", "The number of codes.", in: 1...Int64(Codes.countMax)),
            length: body.integer(
                "length", "The characters of a code.", in: length, default: Int64(Codes.lengthDefault)),
            terms: body.codeTerms())
    }
}

extension CreateVanityCode: RequestBody {
    static let schemaName = "VanityRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> CreateVanityCode? {
        CreateVanityCode(
            tenant: body.scope.tenant,
            text: body.requiredText(
                "code", "The text of choice: letters and digits; spaces, hyphens and underscores are dropped.", .code),
            terms: body.codeTerms())
    }
}

extension SignCode: RequestBody {
    static let schemaName = "SignRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> SignCode? {
        SignCode(
            tenant: body.scope.tenant,
            count: body.integer(
                "count", "The number of codes; with it the answer is a list, above 1,000 a stream.",
                in: 1...Int64(Codes.countMax)),
            campaign: body.campaign(), campaignKey: body.campaignKey(),
            maxUses: body.places("max_uses", "The places of the code.", max: SignCode.maxUsesMax, default: 1),
            expiresAt: body.codeEnd())
    }
}

extension PatchCode: RequestBody {
    static let schemaName = "CodePatch"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> PatchCode? {
        PatchCode(
            tenant: body.scope.tenant, number: body.scope.number, expectedVersions: body.scope.expectedVersions,
            maxUses: body.patch(nullable: false) { $0.places("max_uses", "Its places, not below those taken.") },
            expiresAt: body.patch { $0.codeEnd() })
    }
}

extension ImportRow: RequestBody {
    static let schemaName = "ImportRow"
    static let isJudgedByDomain = true
    static let isStrict = false

    static func read(_ body: inout BodyReader) -> ImportRow? {
        let text = body.requiredText(
            "code", "The text: letters and digits; spaces, hyphens and underscores are dropped.")
        let label = body.text("label", "The spelling of the text that people know; that of code by default.")
        let kind = body.text("code_kind", "Where the text comes from; vanity by default.", .words(CodeKind.words))
        var terms = body.codeTerms()
        let key = terms.campaignKey
        terms.campaignKey = nil
        if key != nil {
            // The id in an export is one of the server and tenant that wrote it.
            terms.campaign = nil
            body.forgive("campaign_id")
        }
        return ImportRow(line: 0, text: text, kind: kind, terms: terms, campaignKey: key, label: label)
    }
}

extension RevokeCodes: RequestBody {
    static let schemaName = "RevokeRequest"

    static func read(_ body: inout BodyReader) -> RevokeCodes? {
        let given = body.oneOf("campaign_id", "campaign", "codes", "ids")
        let campaign = body.number("campaign_id", "All codes that the campaign has.")
        let key = body.text("campaign", "The same, by the campaign's key.")
        let texts = body.texts(
            "codes", "The texts of codes, in any spelling.", .characters(1...CodeText.rawLengthMax))
        let numbers = body.numbers("ids", "The ids of codes.")
        let selection: Selection? =
            switch given {
            case "campaign_id": campaign.map { .campaign($0) }
            case "campaign": key.map { .campaignKey($0) }
            case "codes": .texts(texts)
            case "ids": .numbers(numbers)
            default: nil
            }
        return selection.map { RevokeCodes(tenant: body.scope.tenant, $0) }
    }
}

// MARK: Resources

extension CodeKind: MemberWord {}
extension CodeState: MemberWord {}

extension CodeView: TableResource {
    static let schemaName = "Code"
    static var tagVersion: (@Sendable (CodeView) -> String)? { { $0.version } }
    static let members: [Member<CodeView>] = [
        Member("id", "The code's id.") { $0.number },
        Member("campaign_id", "Its campaign; null for none.") { $0.campaign },
        Member("campaign", "The key of that campaign; null for none.") { $0.campaignKey },
        Member("code", "The text in its normal form.") { $0.text },
        Member("label", "The spelling in which the text was given; null where that is the normal form.") { $0.label },
        Member("code_kind", "Where the text comes from.") { $0.kind },
        Member("state", "Where it stands at the time of the answer.") { $0.state },
        Member("max_uses", "Its places; null for no limit.") { $0.capacity.limit },
        Member("current_uses", "The places of its redemptions.") { $0.capacity.used },
        Member("held", "The places of its live holds.") { $0.capacity.held },
        Member("issuer_id", "The account that refers others with it.", .personal) { $0.issuer },
        Member("expires_at", "The instant at which it stops working; null for never.") { $0.expiresAt },
        Member("revoked_at", "When it was revoked; null for never.") { $0.revokedAt },
        Member("grant", "The grants of a claim, in its normal form.") { FreeObject($0.grant) },
        Member("metadata", "The object that is kept with it.") { FreeObject($0.metadata) },
        Member("created_at", "When it was made.") { $0.createdAt },
    ]
    static let columns = members(
        "code", "state", "max_uses", "expires_at", "current_uses", "held", "campaign_id", "code_kind", "issuer_id",
        "id", "created_at", "campaign", "label")
}

extension RevokedCodes.Unknown: MemberValue {
    static var schema: JSONTree { ["type": ["string", "integer"]] }

    func write(to writer: inout JSONWriter, _ showing: Showing) {
        switch self {
        case .text(let text): text.write(to: &writer, showing)
        case .number(let number): number.write(to: &writer, showing)
        }
    }
}

extension RevokedCodes: Resource {
    static let schemaName = "RevokedCodes"
    static let members: [Member<RevokedCodes>] = [
        Member("revoked", "The codes that were revoked.") { $0.revoked },
        Member("already", "The codes that had been revoked before.") { $0.already },
        Member("unknown", "The codes that are not there, as they were asked for.") { $0.unknown },
    ]
}

extension SignedCode: TableResource {
    static let schemaName = "SignedCode"
    static let members: [Member<SignedCode>] = [
        Member("code", "The text.") { $0.text },
        Member("code_kind", "Where the text comes from: signed.") { _ in CodeKind.signed },
        Member("campaign_id", "Its campaign; null for none.") { $0.campaign },
        Member("campaign", "The key of that campaign; null for none.") { $0.campaignKey },
        Member("max_uses", "Its places.") { $0.maxUses },
        Member("expires_at", "The instant at which it stops working; null for never.") { $0.expiresAt },
        Member("created_at", "When it was signed.") { $0.createdAt },
    ]
    static let columns = members(
        "code", "max_uses", "expires_at", "campaign_id", "code_kind", "created_at", "campaign")
}
