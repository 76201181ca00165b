import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import Store
import Wire

/// The ledger of rewards.
extension Operations {
    static let rewards: [Operation] = [
        .list(
            admin + "/rewards", "listRewards", "Rewards, newest first.", filters: rewardFilters, of: RewardView.self
        ) { call, page in
            let query = try rewardQuery(call, page: page)
            return { snapshot, _ in Rewards.list(try query(snapshot), in: snapshot) }
        },
        Operation(
            method: .get, path: admin + "/rewards/export", name: "exportRewards",
            summary: "All rewards as ndjson, or as CSV where Accept asks for it; newest first.",
            chapter: .administration, need: .read, query: rewardFilters, replies: [.rows(of: RewardView.self)],
            lane: .long, work: .query(exportRewards)),
        Operation(
            method: .get, path: admin + "/rewards/sums", name: "sumRewards",
            summary: "The sums of rewards by unit and state, of the tenant, of a campaign or of a person.",
            chapter: .administration, need: .read,
            query: [Operation.Parameter(name: "beneficiary_id", schema: Schema.text)] + CampaignFilter.parameters,
            replies: [Operation.Reply(.data(RewardSums.self))], work: .query(sumRewards)),
        .one(
            admin + "/rewards/{id}", "getReward", "A reward.", gives: .data(RewardView.self)
        ) { scope, state, _ in Rewards.view(scope.number, tenant: scope.tenant, state: state) },
        .command(
            .post, admin + "/rewards/{id}/confirm", "confirmReward", "Makes a granted or held reward final.",
            gives: .data(RewardView.self)
        ) { scope, context throws(Rejection) in
            try Rewards.confirm(scope.number, tenant: scope.tenant, in: &context)
        },
        .command(
            .post, admin + "/rewards/{id}/reverse", "reverseReward", "Takes a reward back; the other side's stays.",
            takes: ReverseReward.self, gives: .data(RewardView.self), by: Rewards.reverse),
    ]

    private static let rewardFilters =
        [
            Operation.Parameter(name: "state", schema: RewardState.schema),
            Operation.Parameter(name: "party", schema: RewardParty.schema),
            Operation.Parameter(name: "beneficiary_id", schema: Schema.text),
            Operation.Parameter(name: "referral_id", schema: ["type": "integer"]),
        ] + CampaignFilter.parameters

    /// The filters of lists and exports, as a question to a state: the campaign may be named by its key.
    private static func rewardQuery(
        _ call: Call, page: PageRequest
    ) throws(Problem) -> @Sendable (Snapshot) throws -> RewardQuery {
        let start = RewardQuery(
            tenant: call.tenant, state: try call.queryWord("state"), party: try call.queryWord("party"),
            beneficiary: try call.queryAccount("beneficiary_id"), referral: try call.queryNumber("referral_id"),
            page: page)
        let campaign = try CampaignFilter(call)
        return { snapshot in
            var query = start
            query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
            return query
        }
    }

    private static func exportRewards(_ call: Call) async throws -> Answer {
        let makeQuery = try rewardQuery(call, page: PageRequest(limit: PageRequest.limitMax))
        let format = RowFormat(call, isLong: true)
        let (engine, ids) = (call.api.engine, call.ids)
        // The first page is read before the head leaves, so that a failure can still be said.
        let orOlder = !call.wantsCurrent
        let first = try await engine.read(orOlder: orOlder, length: .long) { snapshot, _ in
            let query = try makeQuery(snapshot)
            return (query: query, page: Rewards.list(query, in: snapshot))
        }
        return Answer(
            type: format.type,
            body: .stream { writer in
                var rows = RowWriter<RewardView>(format: format, ids: ids)
                var (query, page) = first.value
                while true {
                    for reward in page.items {
                        rows.append(reward)
                        if let chunk = rows.takeChunk() { try await writer.write(chunk) }
                    }
                    guard let next = page.next else { break }
                    query.page.after = next
                    let current = query
                    page = try await engine.read(orOlder: orOlder, length: .long) { snapshot, _ in
                        Rewards.list(current, in: snapshot)
                    }.value
                }
                try await writer.write(rows.takeRest())
            }
        ).at(first.position)
    }

    private static func sumRewards(_ call: Call) async throws -> Answer {
        let tenant = call.tenant
        let beneficiary = try call.queryAccount("beneficiary_id")
        let campaign = try CampaignFilter(call)
        guard beneficiary == nil || !campaign.isGiven else {
            throw Problem.invalid(field: "beneficiary_id", "Must not be given together with a campaign.")
        }
        let decided = try await call.api.engine.read(orOlder: !call.wantsCurrent) { snapshot, _ in
            if let beneficiary { return Rewards.sums(of: beneficiary, tenant: tenant, in: snapshot) }
            return Rewards.sums(
                of: try campaign.number(tenant: tenant, in: snapshot), tenant: tenant, in: snapshot)
        }
        return .shown(.data(RewardSums.self), decided.value).at(decided.position)
    }
}

// MARK: Bodies

extension ReverseReward: RequestBody {
    static let schemaName = "ReverseRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> ReverseReward? {
        ReverseReward(
            tenant: body.scope.tenant, number: body.scope.number,
            reason: body.requiredText(
                "reason", "The reason, which stays with the reward.", .characters(1...Reward.reasonLengthMax)))
    }
}

// MARK: Resources

extension RewardState: MemberWord {}
extension RewardParty: MemberWord {}
extension RewardType: MemberWord {}
extension RewardTrigger: MemberWord {}

extension RewardWord {
    /// The code, where the word is a currency.
    fileprivate var currency: String? { kind == .currency ? text : nil }
}

extension RewardView: TableResource {
    static let schemaName = "Reward"
    static let members: [Member<RewardView>] = [
        Member("id", "The reward's id.") { $0.reward.number },
        Member("referral_id", "The referral that it was made for.") { $0.reward.referral },
        Member("redemption_id", "The redemption that the referral came with.") { $0.redemption },
        Member("campaign_id", "The campaign whose policy it is of.") { $0.reward.campaign },
        Member("beneficiary_id", "Who gets it.", .personal) { $0.reward.beneficiary },
        Member("party", "The side that it is for.") { $0.reward.party },
        Member("type", "The kind of reward.") { $0.reward.type },
        Member("amount", "The amount, in the smallest units of the currency or in whole units; null for none.") {
            $0.reward.amount
        },
        Member("unit", "The unit of the amount, or the code of its currency; null for none.") { $0.unit?.text },
        Member("currency", "The code of the currency (ISO 4217); null for other units.") { $0.unit?.currency },
        Member("trigger", "The occasion that it was made for.") { $0.reward.trigger },
        Member("count", "The number of referrals of the referrer that it was made for.") { $0.reward.count },
        Member("state", "Where it stands.") { $0.reward.state },
        Member("idempotency_key", "The one reward for this referral, side and occasion.") { RewardKey($0.reward) },
        Member("reason", "The reason why it was reversed; null for none.") { $0.reward.reason },
        Member("actor", "Who has brought it to its state: key, root, clock, node or host.") { $0.reward.actor.word },
        Member("actor_key_id", "The key of that one; null for none.") { $0.reward.actor.key },
        Member("created_at", "When it was made.") { $0.reward.createdAt },
        Member("granted_at", "When its occasion came; null for never.") { $0.reward.grantedAt },
        Member("held_until", "When its holding time is over; null without one.") { $0.reward.heldUntil },
        Member("expires_at", "When it expires unless it is confirmed; null for never.") { $0.reward.expiresAt },
        Member("confirmed_at", "When it became final; null for never.") { $0.reward.confirmedAt },
        Member("reversed_at", "When it was taken back; null for never.") { $0.ended(as: .reversed) },
        Member("expired_at", "When its time ran out; null for never.") { $0.ended(as: .expired) },
    ]
    static let columns = members

    private var redemption: EntityNumber { EntityNumber(rawValue: reward.referral.rawValue - 1) }

    private func ended(as state: RewardState) -> Timestamp? { reward.state == state ? reward.endedAt : nil }
}

extension RewardSum: Resource {
    static let schemaName = ""
    static let members: [Member<RewardSum>] = [
        Member("unit", "The unit of the amounts, or the code of their currency; null for none.") { $0.unit?.text },
        Member("currency", "The code of the currency (ISO 4217); null for other units.") { $0.unit?.currency },
        Member("state", "The state of the rewards.") { $0.state },
        Member("count", "The rewards.") { $0.total.count },
        Member("amount", "The sum of their amounts.") { $0.total.amount },
    ]
}

extension RewardSums.Budget: Resource {
    static let schemaName = ""
    static let members: [Member<RewardSums.Budget>] = [
        Member("unit", "The unit of the budget, or the code of its currency; null for none.") { $0.unit?.text },
        Member("currency", "The code of the currency (ISO 4217); null for other units.") { $0.unit?.currency },
        Member("limit", "The most that rewards may come to.") { $0.limit },
        Member("taken", "The amounts of rewards that are neither reversed nor expired.") { $0.taken },
    ]
}

extension RewardSums: Resource {
    static let schemaName = "RewardSums"
    static let members: [Member<RewardSums>] = [
        Member("sums", "The sums that are not 0.") { $0.sums.map(Nested<RewardSum>.init) },
        Member("budget", "The budget of the campaign; null for none.") { $0.budget.map(Nested<Budget>.init) },
    ]
}
