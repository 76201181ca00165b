import ArgumentParser
import Domain

/// The command `usher referrals list`.
struct ReferralsList: ListCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List referrals, newest first.")
    static let list = ListTable.referrals

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @OptionGroup var page: PageOptions
    @Option(help: "Only those that stand so: \(ReferralStatus.allCases.map(\.word).joined(separator: ", ")).")
    var status: String?
    @Option(help: "Only those of this campaign, by its key or id.") var campaign: String?
    @Option(help: "Only those that this account has made.") var referrer: String?
    @Option(help: "Only those by which this account came.") var referee: String?

    func filters(_ client: APIClient) async throws -> [(String, String?)] {
        [
            ("status", status), ("campaign_id", try await client.campaignID(campaign)), ("referrer_id", referrer),
            ("referee_id", referee),
        ]
    }
}
