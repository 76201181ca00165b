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
            chapter: .claims, need: .claims, body: .json(RedeemRequest.self), replies: [redeemed],
            problems: [410], lane: .vital, work: .claim(.redeem)),
        Operation(
            method: .post, path: user + "/redeem/batch", name: "redeemBatch",
            summary: "Claims line by line: one answer a line, in the same order, each with its status.",
            chapter: .claims, need: .claims, body: .rows(RedeemRequest.self, csv: false),
            replies: [
                Operation.Reply(
                    status: 200,
                    content: [
                        (
                            "application/x-ndjson",
                            .any(
                                "BatchAnswer", of: AnswerShape.bare(RedeemLine.self).form,
                                AnswerShape.bare(ProblemView.self).form)
                        )
                    ])
            ],
            work: .claim(.batch)),
        Operation(
            method: .post, path: user + "/holds", name: "hold",
            summary: "Claims places for a time. The same redeemer asking again gets its own hold back.",
            chapter: .claims, need: .claims, body: .json(HoldRequest.self),
            replies: [
                Operation.Reply(.bare(HoldAnswer.self, status: 201)),
                Operation.Reply(
                    200,
                    .any(
                        "HoldRepeat", of: AnswerShape.bare(HoldAnswer.self).form,
                        AnswerShape.bare(RedeemAnswer.self).form)),
            ],
            problems: [410], lane: .vital, work: .claim(.hold)),
        Operation(
            method: .post, path: user + "/validate", name: "validate",
            summary: "Checks if a code could be redeemed now. Writes nothing.",
            chapter: .claims, need: .claims, body: .json(ValidateRequest.self),
            replies: [Operation.Reply(.bare(ValidCode.self))],
            dependsOnTime: true, problems: [409, 410], work: .query(validate)),
        Operation(
            method: .get, path: user + "/availability", name: "availability",
            summary: "The places that are left of a code or a campaign. Writes nothing.",
            chapter: .claims, need: .claims,
            query: [
                Operation.Parameter(
                    name: "code", schema: Schema.described(Schema.text, "The code, in any spelling; or campaign.")),
                Operation.Parameter(name: "campaign", schema: Schema.described(Schema.text, "The campaign's key.")),
            ],
            replies: [Operation.Reply(.bare(AvailabilityAnswer.self))], dependsOnTime: true,
            work: .query(availability)),
        Operation(
            method: .get, path: user + "/pending-count", name: "pendingCount",
            summary: "Counts the invitations that wait for an e-mail address.",
            chapter: .claims, need: .claims,
            query: [Operation.Parameter(name: "email", schema: Schema.text, isRequired: true)],
            replies: [Operation.Reply(.bare(PendingCount.self))], work: .query(pendingCount)),
    ]

    static let redeemed = Operation.Reply(.bare(RedeemAnswer.self))

    /// Makes the command of a claim.
    static func claim(_ form: ClaimRequest.Form, _ call: Call) throws -> Operation.Command {
        let claim = try ClaimRequest.command(from: call.body, form: form, tenant: call.tenant)
        return { context in claimed(Claims.decide(claim, in: &context), at: context.position) }
    }

    /// The answer to a claim; its position is in the body too.
    static func claimed(_ outcome: ClaimOutcome, at position: LogPosition) -> Answer {
        switch outcome {
        case .refused(let refusal): .refused(refusal)
        case .redeemed(let redemption, let already):
            .shown(
                .bare(RedeemAnswer.self, status: ClaimAnswer.status(outcome)),
                Claimed(redemption, already: already, position: position))
        case .held(let hold, let already):
            .shown(
                .bare(HoldAnswer.self, status: ClaimAnswer.status(outcome)),
                Claimed(hold, already: already, position: position))
        }
    }

    private static func validate(_ call: Call) async throws -> Answer {
        let code = try call.read(ValidateRequest.self)
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
            return .shown(.bare(ValidCode.self), ValidCode(kind: kind, remaining: remaining)).read(decided)
        }
    }

    private static func availability(_ call: Call) async throws -> Answer {
        let target: ClaimTarget
        switch (call.query("code"), call.query("campaign")) {
        case (let code?, nil):
            guard let text = CodeText(raw: code) else {
                throw Problem.invalid(field: "code", CodeText.rule)
            }
            target = .code(text)
        case (nil, let key?): target = .campaign(key)
        case (_?, _?): throw Problem.invalid(field: "campaign", "Send either code or campaign, not both.")
        case (nil, nil): throw Problem.invalid(field: "code", "Is required, or campaign.")
        }
        let tenant = call.tenant
        let decided = try await call.api.engine.view { state, now in
            Claims.availability(of: target, tenant: tenant, state: state, now: now)
        }
        guard let availability = decided.value else {
            var problem = Problem.refused(.unknown(target))
            problem.asOf = decided.time
            problem.position = decided.position
            throw problem
        }
        return .shown(.bare(AvailabilityAnswer.self), availability).read(decided)
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
        return .shown(.bare(PendingCount.self), PendingCount(pending: UInt64(decided.value))).at(decided.position)
    }
}
