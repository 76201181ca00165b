import ArgumentParser
internal import FoundationEssentials
import NIOHTTP1

/// The command `usher keys revoke`.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key: it stops working with the next request.")

    @OptionGroup var client: ClientOptions
    @Argument(help: "The key's id.") var id: Int
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            let data = try await client.makeClient().bytes(.DELETE, APIClient.admin + "/keys/\(id)")
            if json { return Terminal.write(Array(data) + [0x0A]) }
            Terminal.print(try KeyAnswer.decoder.decode(KeyEnvelope.self, from: data).data.line)
        }
    }
}
