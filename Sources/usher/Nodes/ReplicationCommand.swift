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
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "The followers that must have a claim before it is acknowledged, from now on.") var syncReplicas: Int?
    @Flag(help: "Print JSON: the server's answer as it is.") var json = false

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let path = ListTable.followers.path
            var fields = JSONObject()
            fields["sync_replicas"] = syncReplicas.map { .integer(Int64($0)) }
            let answer =
                if syncReplicas == nil {
                    try await client.document(.GET, path)
                } else {
                    try await client.document(.PATCH, path, fields: fields)
                }
            if json { return Terminal.write(answer.bytes + [0x0A]) }
            NodeReport.show(answer.member(), as: "ReplicationEnvelope.data", ["followers"])
            NodeReport.show(followersOf: answer.member())
        }
    }
}
