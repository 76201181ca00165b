import ArgumentParser
import Domain
import JSONText

/// The command `usher keys create`.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key. It is shown once.",
        discussion: "Scopes: \(scopes.joined(separator: ", ")).")

    /// All scopes, with their meanings.
    private static let scopes = KeyScopes.allWords.map { word in word + (meanings[word].map { " (\($0))" } ?? "") }

    private static let meanings = [
        "claims": "redeem, hold, validate", "read": "lists, metrics", "admin": "everything of its tenant",
        "replicate": "follow: snapshots and the feed", "root": "all tenants, and keys",
        "metrics": "figures, without codes and people", "backup": "snapshots",
    ]

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @Option(help: "The purpose of the key.") var name: String
    @Option(name: .customLong("scope"), help: "A scope of the key; can be given several times.") var scopes: [String]
    @Option(help: "The end of its validity: RFC 3339 or a date.") var expiresAt: String?
    @Flag(help: "Print JSON: the server's answer as it is.") var json = false

    func run() async throws {
        try await reporting {
            var fields = JSONObject()
            fields["name"] = .string(name)
            fields["scopes"] = .array(scopes.map { .string($0) })
            fields["expires_at"] = expiresAt.map { .string($0) }
            let answer = try await client.makeClient().create(ListTable.keys.path, fields, under: creation)
            let id = answer.member().object?["id"]?.integerText ?? "?"
            if json {
                Terminal.write(answer.bytes + [0x0A])
            } else {
                Terminal.print("id    \(id)")
                if let key = answer.member().object?["key"]?.string { Terminal.print("key   \(key)") }
            }
            // A repeat never shows a key: nothing that is secret is stored.
            guard answer.member().object?["key"]?.string != nil else {
                throw CommandFailure(
                    "the key was made before, and its text was in an answer that is gone. Revoke it "
                        + "(`usher keys revoke \(id)`) and make another one.")
            }
            Terminal.note("Keep the key: it is shown this once and is not stored.")
        }
    }
}
