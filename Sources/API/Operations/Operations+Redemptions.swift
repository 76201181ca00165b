import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import Wire

/// Redemptions, as the administration sees them.
extension Operations {
    static let redemptions: [Operation] = [
        Operation(
            method: .get, path: admin + "/redemptions", name: "listRedemptions",
            summary: "Redemptions, newest first.", chapter: .administration, need: .read,
            query: [
                .codeID, Operation.Parameter(name: "redeemer_id", schema: ["type": "string"]),
            ] + CampaignFilter.parameters + Operation.Parameter.page,
            replies: [.json("RedemptionPage")], isTagged: true, work: .query(listRedemptions)),
        Operation(
            method: .post, path: admin + "/redemptions/{id}/release", name: "releaseRedemption",
            summary: "Gives the places back and keeps the row.", chapter: .administration, need: .admin,
            replies: [.json("RedemptionEnvelope")], work: .command(releaseRedemption)),
    ]

    private static func listRedemptions(_ call: Call) async throws -> Answer {
        let listing = try Listing(call)
        let redeemer = try call.query("redeemer_id").map { text throws(Problem) in
            guard let account = AccountID(text) else {
                throw .invalid(field: "redeemer_id", AccountID.lengthRule)
            }
            return account
        }
        let start = RedemptionQuery(
            tenant: call.tenant, code: try call.queryNumber("code_id"), redeemer: redeemer, page: listing.page)
        let campaign = try CampaignFilter(call)
        let decided = try await call.api.engine.read(length: listing.length) { snapshot, _ in
            var query = start
            query.campaign = try campaign.number(tenant: query.tenant, in: snapshot)
            return Redemptions.list(query, in: snapshot)
        }
        let resources = ResourceWriter(ids: call.ids)
        return listing.answer(decided.value) { resources.write($0, to: &$1) }.at(decided.position)
    }

    private static func releaseRedemption(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Redemption")
        let (tenant, ids) = (call.tenant, call.ids)
        return { context throws(Rejection) in
            let redemption = try Redemptions.release(number, tenant: tenant, in: &context)
            return .data { ResourceWriter(ids: ids).write(redemption, to: &$0) }
        }
    }
}
