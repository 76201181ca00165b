import ArgumentParser

/// The command `usher campaigns end`.
struct CampaignsEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End a campaign for good.",
        discussion:
            "Nothing leaves this state: a campaign that has ended cannot be resumed. To stop for a while, use pause.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The campaign's key or id.") var campaign: String

    func run() async throws {
        try await reporting {
            try await CampaignChange(client: client, output: output, campaign: campaign).run(status: "ended")
        }
    }
}
