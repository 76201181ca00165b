import ArgumentParser
import NIOHTTP1

/// The command `usher claims show`.
struct ClaimsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a redemption, with the metadata that came with it.")

    @OptionGroup var server: ShowOptions
    @Argument(help: "The id of the redemption.") var id: Int

    func run() async throws {
        try await server.show(as: "RedemptionDetail") { try await $0.document(.GET, ListTable.claims.path + "/\(id)") }
    }
}
