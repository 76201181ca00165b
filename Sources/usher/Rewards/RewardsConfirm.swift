import ArgumentParser
import NIOHTTP1

/// The command `usher rewards confirm`.
struct RewardsConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Make granted and held rewards final: they were given.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the rewards.") var ids: [Int]

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            try await ManyThings(list: .rewards, form: output.form).run(ids.map(String.init)) { id in
                try await client.change(.POST, ListTable.rewards.path + "/\(id)/confirm").member()
            }
        }
    }
}
