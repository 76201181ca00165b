import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher holds extend`.
struct HoldsExtend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend", abstract: "Give live holds more time.",
        discussion: """
            The time is counted from now. A hold is never cut short by this, and ends at most seven days after it was \
            made.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the holds.") var ids: [Int]
    @Option(help: "The seconds from now after which the places are free again.") var ttlSeconds: Int

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var fields = JSONObject()
            fields["ttl_seconds"] = .integer(Int64(ttlSeconds))
            try await ManyThings(list: .holds, form: output.form).run(ids.map(String.init)) { [fields] id in
                try await client.change(.POST, APIClient.user + "/holds/\(id)/extend", fields).member("hold")
            }
        }
    }
}
