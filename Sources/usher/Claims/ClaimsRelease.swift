import ArgumentParser
import NIOHTTP1

/// The command `usher claims release`.
struct ClaimsRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give the places of redemptions back; the rows stay.",
        discussion: "The account can claim again. A redemption that was released cannot be taken back.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the redemptions.") var ids: [Int]

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            try await ManyThings(list: .claims, form: output.form).run(ids.map(String.init)) { id in
                try await client.change(.POST, ListTable.claims.path + "/\(id)/release").member()
            }
        }
    }
}
