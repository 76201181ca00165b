import ArgumentParser
import NIOHTTP1

/// The command `usher holds confirm`.
struct HoldsConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Turn holds into redemptions, which are then listed.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the holds.") var ids: [Int]

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            try await ManyThings(list: .confirmed, form: output.form).run(ids.map(String.init)) { id in
                try await client.change(.POST, APIClient.user + "/holds/\(id)/confirm").member("redemption")
            }
        }
    }
}
