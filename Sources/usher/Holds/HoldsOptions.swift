import ArgumentParser
import JSONText
import NIOHTTP1

/// The holds that a command is about, the server that has them, and the form of the list of what becomes of them.
struct HoldsOptions: ParsableArguments {
    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The ids of the holds.") var ids: [Int]

    /// Does one thing to each hold, and lists what has become of it.
    ///
    /// - Parameters:
    ///   - verb: The last part of the operation's path.
    ///   - fields: The body; nil for none.
    ///   - member: The member of its answer to list.
    ///   - list: The list that such members belong to.
    /// - Throws: `ExitCode` behind the last one if any was refused, with what went wrong on stderr.
    func each(_ verb: String, _ fields: JSONObject? = nil, giving member: String, in list: ListTable) async throws {
        try await reporting {
            let client = try client.makeClient()
            try await ManyThings(list: list, form: output.form).run(ids.map(String.init)) { id in
                try await client.change(.POST, APIClient.user + "/holds/\(id)/\(verb)", fields).member(member)
            }
        }
    }
}
