import ArgumentParser
import NIOHTTP1

/// The command `usher rewards sums`.
struct RewardsSums: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sums", abstract: "Add rewards up, by unit and state.",
        discussion: """
            Amounts of different units are never added up. The rewards of the tenant, of a campaign or of an account; with \
            --json the answer also has the budget of the campaign, and what is taken of it.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Option(help: "Only those of this campaign, by its key or id.") var campaign: String?
    @Option(help: "Only those of this account.") var beneficiary: String?

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let answer = try await client.document(
                .GET, ListTable.rewardSums.path,
                query: [("campaign_id", try await client.campaignID(campaign)), ("beneficiary_id", beneficiary)])
            output.print(answer, member: "sums", as: .rewardSums)
        }
    }
}
