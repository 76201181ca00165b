import ArgumentParser

/// The command `usher campaigns resume`.
struct CampaignsResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a campaign take claims: a new one, or one that was paused.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The campaign's key or id.") var campaign: String

    func run() async throws {
        try await reporting {
            try await CampaignChange(client: client, output: output, campaign: campaign).run(status: "active")
        }
    }
}
