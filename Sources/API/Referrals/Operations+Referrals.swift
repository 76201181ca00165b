import Domain
import HTTPTypes
import JSONText
import Wire

/// Referrals.
extension Operations {
    static let referrals: [Operation] = [
        .list(
            admin + "/referrals", "listReferrals", "Referrals, newest first.",
            filters: [
                Operation.Parameter(name: "status", schema: ReferralStatus.schema),
                Operation.Parameter(name: "referrer_id", schema: Schema.text),
                Operation.Parameter(name: "referee_id", schema: Schema.text),
            ] + CampaignFilter.parameters,
            of: Referral.self
        ) { call, page in
            let start = ReferralQuery(
                tenant: call.tenant, status: try call.queryWord("status"),
                referrer: try call.queryAccount("referrer_id"), referee: try call.queryAccount("referee_id"), page: page
            )
            let campaign = try CampaignFilter(call)
            return { snapshot, _ in
                var query = start
                query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
                return Referrals.list(query, in: snapshot)
            }
        },
        .one(
            admin + "/referrals/{id}", "getReferral", "A referral.", gives: .data(Referral.self)
        ) { scope, state, _ in Referrals.find(scope.number, tenant: scope.tenant, state: state) },
        .command(
            .post, admin + "/referrals/{id}/qualify", "qualifyReferral",
            "Says that the referee is a customer: promised rewards are granted. Once, whatever is repeated.",
            gives: .data(QualifiedReferral.self, name: "QualifiedReferralEnvelope")
        ) { scope, context throws(Rejection) in
            try Referrals.qualify(scope.number, tenant: scope.tenant, in: &context)
        },
    ]
}

// MARK: Resources

extension ReferralStatus: MemberWord {}

extension Referral: Resource {
    static let schemaName = "Referral"
    static let members: [Member<Referral>] = [
        Member("id", "The referral's id.") { $0.number },
        Member("referrer_id", "Who brought the other one.", .personal) { $0.referrer },
        Member("referee_id", "Who was brought.", .personal) { $0.referee },
        Member("code_id", "The code; null where a campaign was claimed without one.") { $0.code },
        Member("campaign_id", "The campaign; null where the code has none.") { $0.campaign },
        Member("redemption_id", "The redemption that brought the referee in.") { $0.redemption },
        Member("status", "Where it stands.") { $0.status },
        Member("depth", "The length of the chain that ends with the referee.") { $0.depth },
        Member("attributed_at", "When the redemption was decided.") { $0.attributedAt },
        Member("qualified_at", "When it qualified; null for never.") { $0.qualifiedAt },
        Member("reversed_at", "When its redemption was released before that; null for never.") { $0.reversedAt },
    ]
}

extension QualifiedReferral: Resource {
    static let schemaName = "QualifiedReferral"
    static let noun = Referral.noun
    static let members: [Member<QualifiedReferral>] = [
        Member("referral", "The referral.") { Nested<Referral>($0.referral) },
        Member("rewards", "All rewards of it.") { $0.rewards.map(Nested<RewardView>.init) },
        Member("already", "True if it had qualified before: nothing was changed.") { $0.already },
    ]
}
