import Domain
import HTTPTypes
import JSONText
import Journal
import Wire

/// Holds.
extension Operations {
    static let holds: [Operation] = [
        .one(
            user + "/holds/{id}", "getHold", "A hold as it stands.", chapter: .claims, need: .claims,
            gives: .member("hold", Hold.self), dependsOnTime: true
        ) { Holds.find($0.number, tenant: $0.tenant, state: $1, now: $2) },
        Operation(
            method: .post, path: user + "/holds/{id}/confirm", name: "confirmHold",
            summary: "Turns a hold into a redemption.",
            chapter: .claims, need: .claims, replies: [redeemed], problems: [410], work: .command(confirmHold)),
        .command(
            .post, user + "/holds/{id}/release", "releaseHold", "Gives the places of a hold back.", chapter: .claims,
            need: .claims, gives: .member("hold", Hold.self)
        ) { scope, context throws(Rejection) in
            try Holds.release(scope.number, tenant: scope.tenant, in: &context)
        },
        Operation(
            method: .post, path: user + "/holds/{id}/extend", name: "extendHold",
            summary: "Moves the end of a live hold to later; never to earlier.", chapter: .claims, need: .claims,
            body: .json(ExtendRequest.self), replies: [Operation.Reply(.member("hold", Hold.self))], problems: [410],
            work: .command(extendHold)),
        .list(
            admin + "/holds", "listHolds", "Holds, newest first.",
            filters: [Operation.Parameter(name: "state", schema: HoldState.schema), .codeID]
                + CampaignFilter.parameters,
            of: Hold.self, dependsOnTime: true
        ) { call, page in
            let start = HoldQuery(
                tenant: call.tenant,
                state: try call.queryWord("state"),
                code: try call.queryNumber("code_id"), page: page)
            let campaign = try CampaignFilter(call)
            return { snapshot, now in
                var query = start
                query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
                return Holds.list(query, in: snapshot, now: now)
            }
        },
    ]

    private static func confirmHold(_ call: Call) throws -> Operation.Command {
        let scope = try RequestScope(call, noun: Hold.noun)
        return { context throws(Rejection) in
            claimed(try Holds.confirm(scope.number, tenant: scope.tenant, in: &context), at: context.position)
        }
    }

    private static func extendHold(_ call: Call) throws -> Operation.Command {
        let scope = try RequestScope(call, noun: Hold.noun)
        let seconds = try call.read(ExtendRequest.self, about: Hold.noun)
        return { context throws(Rejection) in
            let outcome = try Holds.extend(scope.number, bySeconds: seconds, tenant: scope.tenant, in: &context)
            switch outcome {
            case .extended(let hold): return .shown(.member("hold", Hold.self), hold)
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }
}

// MARK: Resources

extension HoldState: MemberWord {}

extension Hold: ClaimView {
    static let schemaName = "Hold"
    static let members: [Member<Hold>] =
        [
            Member("id", "The hold's id.") { $0.number },
            Member("state", "Where it stands.") { $0.state },
        ] + claimMembers + [
            Member("created_at", "When it was made.") { $0.createdAt },
            Member("expires_at", "When its places are free again.") { $0.expiresAt },
            Member("redemption_id", "The redemption that it became; null for none.") { $0.redemption },
        ]
}
