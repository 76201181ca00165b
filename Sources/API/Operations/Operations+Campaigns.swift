import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import Wire

/// Campaigns.
extension Operations {
    static let campaigns: [Operation] = [
        Operation(
            method: .get, path: admin + "/campaigns", name: "listCampaigns", summary: "Campaigns, newest first.",
            chapter: .administration, need: .read, query: Operation.Parameter.page, replies: [.json("CampaignPage")],
            isTagged: true,
            work: .query(listCampaigns)),
        Operation(
            method: .post, path: admin + "/campaigns", name: "createCampaign", summary: "Makes a campaign.",
            chapter: .administration, need: .admin, body: .json(schema: "CampaignRequest"),
            replies: [.json(201, "CampaignEnvelope")], isTagged: true, work: .command(createCampaign)),
        Operation(
            method: .get, path: admin + "/campaigns/{id}", name: "getCampaign", summary: "A campaign.",
            chapter: .administration, need: .read, replies: [.json("CampaignEnvelope")], isTagged: true,
            work: .query(getCampaign)),
        Operation(
            method: .patch, path: admin + "/campaigns/{id}", name: "patchCampaign",
            summary:
                "Changes the members that are sent. key, type, tenant_id and created_by are taken as they are, never changed.",
            chapter: .administration, need: .admin, body: .json(schema: "CampaignPatch"),
            replies: [.json("CampaignEnvelope")], isTagged: true, comparesVersions: true, work: .command(patchCampaign)),
    ]

    private static func envelope(_ campaign: CampaignView, _ ids: PublicIDs, status: Int = 200) -> Answer {
        .data(status, version: campaign.version) { ResourceWriter(ids: ids).write(campaign, to: &$0) }
    }

    private static func listCampaigns(_ call: Call) async throws -> Answer {
        let listing = try Listing(call)
        let (tenant, page) = (call.tenant, listing.page)
        let decided = try await call.api.engine.read(length: listing.length) { snapshot, _ in
            Campaigns.list(tenant: tenant, page: page, in: snapshot)
        }
        let resources = ResourceWriter(ids: call.ids)
        return listing.answer(decided.value) { resources.write($0, to: &$1) }.at(decided.position)
    }

    private static func getCampaign(_ call: Call) async throws -> Answer {
        let number = try call.number("Campaign")
        let tenant = call.tenant
        let decided = try await call.api.engine.view { state, _ in
            Campaigns.find(number, tenant: tenant, state: state)
        }
        guard let campaign = decided.value else { throw Problem.notFound("Campaign") }
        return envelope(campaign, call.ids).at(decided.position)
    }

    private static func createCampaign(_ call: Call) throws -> Operation.Command {
        var fields = try call.fields()
        let command = CreateCampaign(
            tenant: call.tenant, key: fields.requiredText("key"), name: fields.requiredText("name"),
            type: fields.requiredText("type"), description: fields.text("description"), status: fields.text("status"),
            maxRedemptionsTotal: fields.integer("max_redemptions_total"),
            perUserLimit: fields.integer("per_user_limit"), startsAt: fields.time("starts_at", .start),
            endsAt: fields.time("ends_at", .end), rewardPolicy: fields.json("reward_policy"),
            grant: fields.json("grant"),
            createdBy: call.access.credential.rawValue == 0 ? nil : call.access.credential)
        try fields.check()
        let ids = call.ids
        return { context throws(Rejection) in
            envelope(try Campaigns.create(command, in: &context), ids, status: 201)
        }
    }

    private static func patchCampaign(_ call: Call) throws -> Operation.Command {
        let number = try call.number("Campaign")
        var fields = try call.fields()
        var command = PatchCampaign(
            tenant: call.tenant, number: number, expectedVersions: call.expectedVersions,
            name: fields.patch("name") { $0.text("name") },
            description: fields.patch("description") { $0.text("description") },
            status: fields.patch("status") { $0.text("status") },
            maxRedemptionsTotal: fields.patch("max_redemptions_total") { $0.integer("max_redemptions_total") },
            perUserLimit: fields.patch("per_user_limit") { $0.integer("per_user_limit") },
            startsAt: fields.patch("starts_at") { $0.time("starts_at", .start) },
            endsAt: fields.patch("ends_at") { $0.time("ends_at", .end) },
            rewardPolicy: fields.patch("reward_policy") { $0.json("reward_policy") })
        // An empty grant object says nothing; null takes the grant away.
        let grant = fields.patch("grant") { $0.json("grant") }
        if fields.object["grant"]?.object?.members.isEmpty != true { command.grant = grant }
        command.fixed = PatchCampaign.FixedMembers(
            key: fields.patch("key") { $0.text("key") }, type: fields.patch("type") { $0.text("type") },
            tenantID: fields.patch("tenant_id") { $0.text("tenant_id") },
            createdBy: fields.patch("created_by") { $0.number("created_by") })
        try fields.check()
        let (change, ids) = (command, call.ids)
        return { context throws(Rejection) in envelope(try Campaigns.patch(change, in: &context), ids) }
    }
}
