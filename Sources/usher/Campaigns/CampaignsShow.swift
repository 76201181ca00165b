import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher campaigns show`.
struct CampaignsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a campaign: its rules, and how many places are taken.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The campaign's key or id.") var campaign: String

    func run() async throws {
        try await reporting {
            let found = try await client.makeClient().campaign(campaign)
            output.print(APIAnswer(data: found), as: ListTable.campaigns.resource)
        }
    }
}
