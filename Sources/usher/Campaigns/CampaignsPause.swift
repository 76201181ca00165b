import ArgumentParser

/// The command `usher campaigns pause`.
struct CampaignsPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a campaign for a while: nobody gets a place until it is resumed.",
        discussion: "Live holds are a promise: they can still be confirmed.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The campaign's key or id.") var campaign: String

    func run() async throws {
        try await reporting {
            try await CampaignChange(client: client, output: output, campaign: campaign).run(status: "paused")
        }
    }
}
