import ArgumentParser
import Domain

/// The filters of lists and exports of rewards.
struct RewardsFilter: ParsableArguments {
    @Option(help: "Only those in this state: \(RewardState.allCases.map(\.word).joined(separator: ", ")).")
    var state: String?
    @Option(help: "Only those of this side: \(RewardParty.allCases.map(\.word).joined(separator: ", ")).")
    var party: String?
    @Option(help: "Only those of this account.") var beneficiary: String?
    @Option(help: "Only those of this campaign, by its key or id.") var campaign: String?
    @Option(help: "Only those of this referral, by its id.") var referral: Int?

    /// The filters by the names of the API.
    func parameters(_ client: APIClient) async throws -> [(String, String?)] {
        [
            ("state", state), ("party", party), ("beneficiary_id", beneficiary),
            ("campaign_id", try await client.campaignID(campaign)), ("referral_id", referral.map(String.init)),
        ]
    }
}
