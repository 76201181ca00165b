import ArgumentParser
import NIOHTTP1

/// The command `usher holds release`.
struct HoldsRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give the places of holds back.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the holds.") var ids: [Int]

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            try await ManyThings(list: .holds, form: output.form).run(ids.map(String.init)) { id in
                try await client.change(.POST, APIClient.user + "/holds/\(id)/release").member("hold")
            }
        }
    }
}
