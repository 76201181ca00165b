import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher replication`.
struct ReplicationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replication", abstract: "Show who follows whom, how far behind, and at which positions.",
        discussion: """
            Needs a key with the scope replicate or root. --sync-replicas changes, until the next start, how many \
            followers must have a claim before it is acknowledged, and needs a root key.

            --strike-off forgets a node that will never come back, and needs a root key: a promotion's news is not \
            brought to it any more, and it is no lost follower. The journal is kept by its size, whoever follows, so \
            that there is nothing to free; the number of --sync-replicas stays what it is.
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "The followers that must have a claim before it is acknowledged, from now on.") var syncReplicas: Int?
    @Option(help: "The name or the URL of a node that will never come back.") var strikeOff: String?
    @Flag(help: "Print JSON: the server's answer as it is.") var json = false

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let path = ListTable.followers.path
            var fields = JSONObject()
            fields["sync_replicas"] = syncReplicas.map { .integer(Int64($0)) }
            if let strikeOff {
                var node = JSONObject()
                node["node"] = .string(strikeOff)
                _ = try await client.document(.POST, path + "/strike-off", fields: node)
            }
            let answer =
                if syncReplicas == nil {
                    try await client.document(.GET, path)
                } else {
                    try await client.document(.PATCH, path, fields: fields)
                }
            if json { return Terminal.write(answer.bytes + [0x0A]) }
            NodeReport.show(
                answer.member(), as: "ReplicationEnvelope.data", ["followers", "lost_followers", "untold_nodes"])
            NodeReport.show(followersOf: answer.member())
        }
    }
}
