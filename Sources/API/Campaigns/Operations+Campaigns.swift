import Domain
import HTTPTypes
import JSONText
import Journal
import Wire

/// Campaigns.
extension Operations {
    static let campaigns: [Operation] = [
        .list(admin + "/campaigns", "listCampaigns", "Campaigns, newest first.", of: CampaignView.self) { call, page in
            let tenant = call.tenant
            return { snapshot, _ in Campaigns.list(tenant: tenant, page: page, in: snapshot) }
        },
        .command(
            .post, admin + "/campaigns", "createCampaign", "Makes a campaign.", takes: CreateCampaign.self,
            gives: .data(CampaignView.self, status: 201), by: Campaigns.create),
        .one(
            admin + "/campaigns/{id_or_key}", "getCampaign", "A campaign.", gives: .data(CampaignView.self)
        ) { scope, state, _ in Campaigns.find(scope.campaign, tenant: scope.tenant, state: state) },
        .command(
            .patch, admin + "/campaigns/{id_or_key}", "patchCampaign",
            "Changes the members that are sent. key, type, tenant_id and created_by are taken as they are, never changed.",
            takes: PatchCampaign.self, gives: .data(CampaignView.self), comparesVersions: true, by: Campaigns.patch),
    ]
}

// MARK: Bodies

extension CreateCampaign: RequestBody {
    static let schemaName = "CampaignRequest"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> CreateCampaign? {
        CreateCampaign(
            tenant: body.scope.tenant,
            key: body.requiredText(
                "key", "The word by which claims name it: lower-case letters, digits and hyphens.",
                .pattern("^[a-z0-9-]+$", 1...Campaigns.keyLengthMax)),
            name: body.campaignName(isRequired: true) ?? "",
            type: body.requiredText("type", "The kind of its codes.", .words(CampaignType.words)),
            description: body.campaignDescription(), status: body.campaignStatus(),
            maxRedemptionsTotal: body.places("max_redemptions_total", "The places of all; null for no limit."),
            perUserLimit: body.places("per_user_limit", "The places of one account.", default: 1),
            startsAt: body.time("starts_at", .start, "When it opens; null for at once."),
            endsAt: body.time("ends_at", .end, "The last instant at which it is open; null for none."),
            rewardPolicy: body.rewardPolicy(), grant: body.grant(), createdBy: body.scope.credential)
    }
}

extension PatchCampaign: RequestBody {
    static let schemaName = "CampaignPatch"
    static let isJudgedByDomain = true

    static func read(_ body: inout BodyReader) -> PatchCampaign? {
        var command = PatchCampaign(
            tenant: body.scope.tenant, campaign: body.scope.campaign, expectedVersions: body.scope.expectedVersions,
            name: body.patch(nullable: false) { $0.campaignName(isRequired: false) },
            description: body.patch { $0.campaignDescription() },
            status: body.patch(nullable: false) { $0.campaignStatus() },
            maxRedemptionsTotal: body.patch {
                $0.places("max_redemptions_total", "The places of all; null for no limit.")
            },
            perUserLimit: body.patch(nullable: false) { $0.places("per_user_limit", "The places of one account.") },
            startsAt: body.patch { $0.time("starts_at", .start, "When it opens; null for at once.") },
            endsAt: body.patch { $0.time("ends_at", .end, "The last instant at which it is open; null for none.") },
            rewardPolicy: body.patch { $0.rewardPolicy() })
        // An empty grant object says nothing; null takes the grant away.
        let grant = body.patch { $0.grant() }
        if body.object["grant"]?.object?.members.isEmpty != true { command.grant = grant }
        command.fixed = PatchCampaign.FixedMembers(
            key: body.patch(nullable: false) { $0.text("key", "As it is.") },
            type: body.patch(nullable: false) { $0.text("type", "As it is.") },
            tenantID: body.patch(nullable: false) { $0.text("tenant_id", "As it is.") },
            createdBy: body.patch { $0.number("created_by", "As it is.") })
        return command
    }
}

extension BodyReader {
    fileprivate mutating func campaignName(isRequired: Bool) -> String? {
        let rule = TextRule.characters(NameLimit.characters)
        return isRequired ? requiredText("name", "For people.", rule) : text("name", "For people.", rule)
    }

    fileprivate mutating func campaignDescription() -> String? {
        text("description", "For people.", .characters(max: Campaigns.descriptionLengthMax))
    }

    fileprivate mutating func campaignStatus() -> String? {
        text("status", "Where it stands; nothing leaves ended.", .words(CampaignStatus.words))
    }

    fileprivate mutating func rewardPolicy() -> [UInt8]? {
        json("reward_policy", "The rewards of a referral; unknown members are refused.")
    }

    /// The grant of a claim.
    mutating func grant() -> [UInt8]? {
        json("grant", "The grants of a claim; unknown members are refused.")
    }

    /// A number of places.
    mutating func places(
        _ name: String, _ about: String, max: Int64 = Capacity.limitMax, default standard: Int64? = nil
    ) -> Int64? {
        integer(name, about, in: 1...max, default: standard)
    }
}

// MARK: Resources

extension CampaignType: MemberWord {}
extension CampaignStatus: MemberWord {}

extension CampaignView: Resource {
    static let schemaName = "Campaign"
    static var tagVersion: (@Sendable (CampaignView) -> String)? { { $0.version } }
    static let members: [Member<CampaignView>] = [
        Member("id", "The campaign's id.") { $0.number },
        Member("key", "The word by which claims name it.") { $0.key },
        Member("name", "For people.") { $0.name },
        Member("description", "For people.") { $0.description },
        Member("type", "The kind of its codes.") { $0.type },
        Member("status", "Where it stands.") { $0.status },
        Member("max_redemptions_total", "The places of all; null for no limit.") { $0.capacity.limit },
        Member("per_user_limit", "The places of one account.") { $0.perUserLimit },
        Member("starts_at", "When it opens; null for at once.") { $0.startsAt },
        Member("ends_at", "The last instant at which it is open; null for none.") { $0.endsAt },
        Member("reward_policy", "The rewards of a referral.") { FreeObject($0.rewardPolicy) },
        Member("grant", "The grants of a claim, in its normal form.") { FreeObject($0.grant) },
        Member("created_by", "The key that made it; null for the root key of the command line.") { $0.createdBy },
        Member("created_at", "When it was made.") { $0.createdAt },
        Member("updated_at", "When it was last changed.") { $0.updatedAt },
        Member("redemptions_count", "Its redemptions that were not released.") { $0.redemptionsCount },
        Member("capacity", "Its places.") { Nested<Capacity>($0.capacity) },
    ]
}

extension Capacity: Resource {
    static let schemaName = ""
    static let members: [Member<Capacity>] = [
        Member("limit", "The places that there are; null for no limit.") { $0.limit },
        Member("used", "The places of redemptions.") { $0.used },
        Member("held", "The places of live holds.") { $0.held },
    ]
}
