import ArgumentParser
import Domain
import JSONText

/// The command `usher campaigns create`.
struct CampaignsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a campaign.",
        discussion: """
            Without --max-redemptions-total there is no limit on the places of all. A date without a time is the \
            first instant of that day (UTC) for --starts-at and its last one for --ends-at.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @OptionGroup var output: RecordOptions

    @Argument(help: "The word by which claims and commands name it: lower-case letters, digits and hyphens.")
    var key: String
    @Option(help: "Its name for people; the key by default.") var name: String?
    @Option(help: "The kind of its codes: \(CampaignType.allCases.map(\.word).joined(separator: ", ")).") var type:
        String
    @Option(help: "A text for people.") var description: String?
    @Option(help: "draft or active; the server's default is draft.") var status: String?
    @Option(help: "The places of all.") var maxRedemptionsTotal: Int?
    @Option(help: "The places of one account; the server's default is 1.") var perUserLimit: Int?
    @Option(help: "When it opens: RFC 3339 or a date.") var startsAt: String?
    @Option(help: "The last instant at which it is open: RFC 3339 or a date.") var endsAt: String?
    @Option(help: "A JSON object: what a referral is rewarded with.") var rewardPolicy: JSONOption?
    @Option(help: "A JSON object: what a claim grants.") var grant: JSONOption?

    func run() async throws {
        try await reporting {
            var fields = JSONObject()
            fields["key"] = .string(key)
            fields["name"] = .string(name ?? key)
            fields["type"] = .string(type)
            fields["description"] = description.map { .string($0) }
            fields["status"] = status.map { .string($0) }
            fields["max_redemptions_total"] = maxRedemptionsTotal.map { .integer(Int64($0)) }
            fields["per_user_limit"] = perUserLimit.map { .integer(Int64($0)) }
            fields["starts_at"] = startsAt.map { .string($0) }
            fields["ends_at"] = endsAt.map { .string($0) }
            fields["reward_policy"] = rewardPolicy?.tree
            fields["grant"] = grant?.tree
            let answer = try await client.makeClient().create(ListTable.campaigns.path, fields, under: creation)
            output.print(answer, as: ListTable.campaigns.resource)
        }
    }
}
