import ArgumentParser
import Foundation
import NIOHTTP1

/// The command `usher keys`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, list and revoke API keys on a server; needs a root key.",
        subcommands: [KeysCreate.self, KeysList.self, KeysRevoke.self])
}

/// The command `usher keys create`.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key. It is shown once.",
        discussion: """
            Scopes: claims (redeem, hold, validate), read (lists, metrics), admin (everything of its tenant), \
            replicate (snapshots and the feed), root (all tenants, and keys).
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "What it is for.") var name: String
    @Option(name: .customLong("scope"), help: "What it may do; can be given several times.") var scopes: [String]
    @Option(help: "When it stops working: RFC 3339 or a date.") var expiresAt: String?
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

/// The command `usher keys list`.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List keys, newest first.")

    @OptionGroup var client: ClientOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            var cursor: String?
            var all: [Any] = []
            repeat {
                let page = try await client.object(
                    .GET, APIClient.admin + "/keys", query: [("limit", "5000"), ("cursor", cursor)])
                all += page["data"] as? [Any] ?? []
                cursor = page["next_cursor"] as? String
            } while cursor != nil
            let data = try JSONSerialization.data(
                withJSONObject: ["data": all], options: [.sortedKeys, .withoutEscapingSlashes])
            if json { return Terminal.write(Array(data) + [0x0A]) }
            for key in try KeyAnswer.decoder.decode(KeyList.self, from: data).data { Terminal.print(key.line) }
        }
    }
}

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

/// A key as the server shows it.
private struct KeyAnswer: Decodable {
    var id: Int
    var name: String
    var scopes: [String]
    var createdAt: String
    var expiresAt: String?
    var revokedAt: String?
    var key: String?

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    var line: String {
        let state = revokedAt.map { "revoked \($0)" } ?? expiresAt.map { "expires \($0)" } ?? "active"
        return "\(id)  \(scopes.joined(separator: ","))  \(createdAt)  \(state)  \(name)"
    }
}

private struct KeyEnvelope: Decodable { var data: KeyAnswer }
private struct KeyList: Decodable { var data: [KeyAnswer] }
