import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher rewards reverse`.
struct RewardsReverse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reverse", abstract: "Take rewards back; those of the other side stay.",
        discussion: "A reward that was reversed stays so, with the first reason.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the rewards.") var ids: [Int]
    @Option(help: "The reason, which stays with the rewards.") var reason: String

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var fields = JSONObject()
            fields["reason"] = .string(reason)
            let body = fields
            try await ManyThings(list: .rewards, form: output.form).run(ids.map(String.init)) { id in
                try await client.change(.POST, ListTable.rewards.path + "/\(id)/reverse", body).member()
            }
        }
    }
}
