import ArgumentParser
import NIOHTTP1

/// The command `usher claims show`.
struct ClaimsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a redemption, with the metadata that came with it.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The id of the redemption.") var id: Int

    func run() async throws {
        try await reporting {
            let answer = try await client.makeClient().document(.GET, ListTable.claims.path + "/\(id)")
            output.print(answer, as: "RedemptionDetail")
        }
    }
}
