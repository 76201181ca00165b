import Domain
import HTTPTypes
import JSONText
import Journal
import Wire

/// Redemptions, as the administration sees them.
extension Operations {
    static let redemptions: [Operation] = [
        .list(
            admin + "/redemptions", "listRedemptions", "Redemptions, newest first.",
            filters: [.codeID, Operation.Parameter(name: "redeemer_id", schema: Schema.text)]
                + CampaignFilter.parameters,
            of: AdminRedemption.self
        ) { call, page in
            let redeemer = try call.queryAccount("redeemer_id")
            let start = RedemptionQuery(
                tenant: call.tenant, code: try call.queryNumber("code_id"), redeemer: redeemer, page: page)
            let campaign = try CampaignFilter(call)
            return { snapshot, _ in
                var query = start
                query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
                return Redemptions.list(query, in: snapshot)
            }
        },
        .one(
            admin + "/redemptions/{id}", "getRedemption", "A redemption, with the metadata that came with it.",
            gives: .data(RedemptionDetail.self, name: "RedemptionDetailEnvelope")
        ) { scope, state, _ in RedemptionDetail(scope.number, tenant: scope.tenant, state: state) },
        .command(
            .post, admin + "/redemptions/{id}/release", "releaseRedemption", "Gives the places back and keeps the row.",
            gives: .data(AdminRedemption.self)
        ) { scope, context throws(Rejection) in
            try Redemptions.release(scope.number, tenant: scope.tenant, in: &context)
        },
    ]
}
