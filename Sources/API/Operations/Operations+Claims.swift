import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import Wire

/// The user surface.
extension Operations {
    static let claims: [Operation] = [
        Operation(
            method: .post, path: user + "/redeem", name: "redeem",
            summary: "Claims places for good. The same redeemer asking again gets the first outcome.",
            chapter: .claims, need: .claims, body: .json(schema: "RedeemRequest"), replies: [.json("RedeemAnswer")],
            problems: [410], lane: .vital, work: .claim(.redeem)),
        Operation(
            method: .post, path: user + "/redeem/batch", name: "redeemBatch",
            summary: "Claims line by line: one answer a line, in the same order, each with its status.",
            chapter: .claims, need: .claims, body: .rows(schema: "RedeemRequest", csv: false),
            replies: [Operation.Reply(status: 200, content: [("application/x-ndjson", "BatchAnswer")])],
            work: .claim(.batch)),
        Operation(
            method: .post, path: user + "/holds", name: "hold",
            summary: "Claims places for a time. The same redeemer asking again gets its own hold back.",
            chapter: .claims, need: .claims, body: .json(schema: "HoldRequest"),
            replies: [.json(201, "HoldAnswer"), .json(200, "HoldRepeat")],
            problems: [410], lane: .vital, work: .claim(.hold)),
        Operation(
            method: .post, path: user + "/validate", name: "validate",
            summary: "Checks if a code could be redeemed now. Writes nothing.",
            chapter: .claims, need: .claims, body: .json(schema: "ValidateRequest"), replies: [.json("ValidateAnswer")],
            dependsOnTime: true, problems: [409, 410], work: .query(validate)),
        Operation(
            method: .get, path: user + "/pending-count", name: "pendingCount",
            summary: "Counts the invitations that wait for an e-mail address.",
            chapter: .claims, need: .claims,
            query: [Operation.Parameter(name: "email", schema: ["type": "string"], isRequired: true)],
            replies: [.json("PendingCount")], work: .query(pendingCount)),
    ]

    static let holds: [Operation] = [
        Operation(
            method: .get, path: user + "/holds/{id}", name: "getHold", summary: "A hold as it stands.",
            chapter: .claims, need: .claims, replies: [.json("HoldEnvelope")], isTagged: true, dependsOnTime: true,
            work: .query(getHold)),
        Operation(
            method: .post, path: user + "/holds/{id}/confirm", name: "confirmHold",
            summary: "Turns a hold into a redemption.",
            chapter: .claims, need: .claims, replies: [.json("RedeemAnswer")], work: .command(confirmHold)),
        Operation(
            method: .post, path: user + "/holds/{id}/release", name: "releaseHold",
            summary: "Gives the places of a hold back.",
            chapter: .claims, need: .claims, replies: [.json("HoldEnvelope")], work: .command(releaseHold)),
        Operation(
            method: .get, path: admin + "/holds", name: "listHolds", summary: "Holds, newest first.",
            chapter: .administration, need: .read,
            query: [
                Operation.Parameter(
                    name: "state", schema: ["type": "string", "enum": ["held", "confirmed", "released", "expired"]]),
                .codeID,
            ] + CampaignFilter.parameters + Operation.Parameter.page,
            replies: [.json("HoldPage")], isTagged: true, dependsOnTime: true, work: .query(listHolds)),
    ]

    /// Makes the command of a claim.
    static func claim(_ form: ClaimRequest.Form, _ call: Call) throws -> Operation.Command {
        let (claim, ids) = (try ClaimRequest.command(from: call.body, form: form, tenant: call.tenant), call.ids)
        return { context in
            let outcome = Claims.decide(claim, in: &context)
            if case .refused(let refusal) = outcome { return .refused(refusal) }
            return claimed(outcome, at: context.position, ids)
        }
    }

    private static func claimed(_ outcome: ClaimOutcome, at position: LogPosition, _ ids: PublicIDs) -> Answer {
        Answer.json(ClaimAnswer.status(outcome)) { writer in
            var answer = ClaimAnswer(ids: ids)
            answer.write(outcome, position: position, to: &writer)
        }
    }

    private static func validate(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        let raw = fields.requiredText("code")
        let code = CodeText(raw: raw)
        if code == nil { fields.fail("code", "Must not have more than \(CodeText.rawLengthMax) characters.") }
        try fields.check()
        guard let code else { throw Problem.internalError() }
        let tenant = call.tenant
        let decided = try await call.api.engine.view { state, now in
            Claims.validate(code, tenant: tenant, state: state, now: now)
        }
        switch decided.value {
        case .refused(let refusal):
            var problem = Problem.refused(refusal, flag: .valid)
            problem.asOf = decided.time
            problem.position = decided.position
            throw problem
        case .valid(let kind, let remaining):
            return Answer.json { writer in
                writer.raw("{\"valid\":true,\"code_kind\":")
                writer.string(kind.word)
                writer.raw(",\"remaining\":")
                writer.integer(remaining == CapacityLimit.unlimited ? nil : remaining)
                writer.raw("}")
            }.read(decided)
        }
    }

    private static func pendingCount(_ call: Call) async throws -> Answer {
        guard let email = call.query("email") else { throw Problem.invalid(field: "email", "Is required.") }
        guard email.utf8.count <= 255 else {
            throw Problem.invalid(field: "email", "Must not have more than 255 bytes.")
        }
        let tenant = call.tenant
        let decided = try await call.api.engine.view { state, _ in
            PendingInvitations.count(email: email, tenant: tenant, state: state)
        }
        return Answer.json { writer in
            writer.raw("{\"pending\":")
            writer.integer(decided.value)
            writer.raw("}")
        }.at(decided.position)
    }

    // MARK: Holds

    private static func getHold(_ call: Call) async throws -> Answer {
        let number = try call.number("Hold")
        let tenant = call.tenant
        let decided = try await call.api.engine.view { state, now in
            Holds.find(number, tenant: tenant, state: state, now: now)
        }
        guard let hold = decided.value else { throw Problem.notFound("Hold") }
        var answer = holdEnvelope(hold, call.ids).read(decided)
        if case .bytes(let body) = answer.body { answer.tag = EntityTag.make(body: body) }
        return answer
    }

    private static func holdEnvelope(_ hold: Hold, _ ids: PublicIDs) -> Answer {
        Answer.json { writer in
            writer.raw("{\"hold\":")
            var answer = ClaimAnswer(ids: ids)
            answer.write(hold, to: &writer)
            writer.raw("}")
        }
    }

    private static func confirmHold(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Hold")
        let (tenant, ids) = (call.tenant, call.ids)
        return { context throws(Rejection) in
            let outcome = try Holds.confirm(number, tenant: tenant, in: &context)
            return claimed(outcome, at: context.position, ids)
        }
    }

    private static func releaseHold(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Hold")
        let (tenant, ids) = (call.tenant, call.ids)
        return { context throws(Rejection) in
            holdEnvelope(try Holds.release(number, tenant: tenant, in: &context), ids)
        }
    }

    private static func listHolds(_ call: Call) async throws -> Answer {
        let listing = try Listing(call)
        let start = HoldQuery(
            tenant: call.tenant,
            state: try call.queryWord("state"),
            code: try call.queryNumber("code_id"), page: listing.page)
        let campaign = try CampaignFilter(call)
        let decided = try await call.api.engine.read(length: listing.length) { snapshot, now in
            var query = start
            query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
            return Holds.list(query, in: snapshot, now: now)
        }
        let resources = ResourceWriter(ids: call.ids)
        return listing.answer(decided.value) { resources.write($0, to: &$1) }.read(decided)
    }
}
