import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher campaigns update`.
struct CampaignsUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a campaign: what is not named stays as it is.",
        discussion: """
            `none` takes a value away: `--max-redemptions-total none` removes the limit. A limit can be raised at any \
            time; it cannot be cut below the places that are taken, except the one of an account.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions

    @Argument(help: "The campaign's key or id.") var campaign: String
    @Option(help: "Its name for people.") var name: String?
    @Option(help: "A text for people, or none.") var description: OrNone<String>?
    @Option(help: "The places of all, or none for no limit.") var maxRedemptionsTotal: OrNone<Int>?
    @Option(help: "The places of one account.") var perUserLimit: Int?
    @Option(help: "When it opens, or none for at once.") var startsAt: OrNone<String>?
    @Option(help: "The last instant at which it is open, or none.") var endsAt: OrNone<String>?
    @Option(help: "A JSON object: what a referral is rewarded with; or none.") var rewardPolicy: OrNone<JSONOption>?
    @Option(help: "A JSON object: what a claim grants; or none.") var grant: OrNone<JSONOption>?

    func run() async throws {
        try await reporting {
            var fields = JSONObject()
            fields["name"] = name.map { .string($0) }
            fields["description"] = description?.tree { .string($0) }
            fields["max_redemptions_total"] = maxRedemptionsTotal?.tree { .integer(Int64($0)) }
            fields["per_user_limit"] = perUserLimit.map { .integer(Int64($0)) }
            fields["starts_at"] = startsAt?.tree { .string($0) }
            fields["ends_at"] = endsAt?.tree { .string($0) }
            fields["reward_policy"] = rewardPolicy?.tree { $0.tree }
            fields["grant"] = grant?.tree { $0.tree }
            guard !fields.members.isEmpty else {
                throw CommandFailure("say what to change; `usher help campaigns update` lists it.", code: Exit.usage)
            }
            try await CampaignChange(client: client, output: output, campaign: campaign).run(fields)
        }
    }
}
