import ArgumentParser
import Domain
internal import FoundationEssentials
import NIOHTTP1

/// The command `usher keys create`.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key. It is shown once.",
        discussion: "Scopes: \(scopes.joined(separator: ", ")).")

    /// All scopes, with their meanings.
    private static let scopes = KeyScopes.allWords.map { word in word + (meanings[word].map { " (\($0))" } ?? "") }

    private static let meanings = [
        "claims": "redeem, hold, validate", "read": "lists, metrics", "admin": "everything of its tenant",
        "replicate": "snapshots and the feed", "root": "all tenants, and keys",
    ]

    @OptionGroup var client: ClientOptions
    @Option(help: "The purpose of the key.") var name: String
    @Option(name: .customLong("scope"), help: "A scope of the key; can be given several times.") var scopes: [String]
    @Option(help: "The end of its validity: RFC 3339 or a date.") var expiresAt: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            var fields: [String: Any] = ["name": name, "scopes": scopes]
            fields["expires_at"] = expiresAt
            let data = try await client.makeClient().bytes(.POST, APIClient.admin + "/keys", fields: fields)
            if json { return Terminal.write(Array(data) + [0x0A]) }
            let key = try KeyAnswer.decoder.decode(KeyEnvelope.self, from: data).data
            Terminal.print("id    \(key.id)")
            Terminal.print("key   \(key.key ?? "")")
            Terminal.note("Keep the key: it is shown this once and is not stored.")
        }
    }
}
