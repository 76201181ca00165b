import ArgumentParser
import Foundation
import NIOHTTP1

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
