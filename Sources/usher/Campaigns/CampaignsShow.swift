import ArgumentParser

/// The command `usher campaigns show`.
struct CampaignsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a campaign: its rules, and how many places are taken.")

    @OptionGroup var server: ShowOptions
    @Argument(help: "The campaign's key or id.") var campaign: String

    func run() async throws {
        try await server.show(as: ListTable.campaigns.resource) { APIAnswer(data: try await $0.campaign(campaign)) }
    }
}
