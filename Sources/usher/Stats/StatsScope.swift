import ArgumentParser

/// The part of what there is that figures are about.
struct StatsScope: ParsableArguments {
    @Option(help: "Only this campaign, by its key or id.") var campaign: String?
    @Option(help: "Only the last so many days, back from now.") var sinceDays: Int?

    /// The parameters of the query; the campaign is looked up.
    func query(_ client: APIClient) async throws -> [(String, String?)] {
        [
            try await client.campaignParameter(campaign),
            ("since_days", sinceDays.map { String($0) }),
        ]
    }
}
