import ArgumentParser
import NIOHTTP1

/// The command `usher keys revoke`.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key: it stops working with the next request.")

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: RecordOptions
    @Argument(help: "The key's id, or the name of the one key of that name that works.") var key: String

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let id = try await client.keyID(key)
            let answer = try await client.change(.DELETE, ListTable.keys.path + "/\(id)")
            output.print(answer, as: ListTable.keys.resource)
        }
    }
}
