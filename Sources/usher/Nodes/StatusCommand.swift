import ArgumentParser
import JSONText
import NIOHTTP1

/// The command `usher status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a server is: ready or why not, its role, its followers.",
        discussion: """
            Health needs no key. Followers need one with the scope replicate or root, the capacity of a campaign one \
            with the scope read, admin or root. Exit code 1 when the server is not ready.
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "Also the capacity of this campaign, by its key or id.") var campaign: String?
    @Flag(help: "Print JSON: one document.") var json = false

    func run() async throws {
        try await reporting {
            let client = try client.makeClientWithoutKey()
            let health = try await client.document(
                .GET, "/readyz", query: [("verbose", "true")], .init(accepted: [503])
            ).tree
            let replication = try await replication(client)
            let campaign = campaign == nil ? nil : try await client.campaign(campaign ?? "")
            let isReady = health.object?["ready"] == .bool(true)
            if json {
                let document: JSONTree = [
                    "health": health, "replication": replication ?? .null, "campaign": campaign ?? .null,
                ]
                Terminal.write(document.text + [0x0A])
            } else {
                show(health, isReady: isReady)
                if let replication { NodeReport.show(followersOf: replication) }
                if let campaign { show(campaign) }
            }
            if !isReady { throw ExitCode(Exit.failed) }
        }
    }

    /// The part of the node in replication; nil where the key may not know it.
    private func replication(_ client: APIClient) async throws -> JSONTree? {
        guard client.key != nil else { return nil }
        do {
            return try await client.document(.GET, ListTable.followers.path).member()
        } catch let failure as CommandFailure where failure.status == 403 {
            return nil
        }
    }

    private func show(_ health: JSONTree, isReady: Bool) {
        Terminal.print(isReady ? "ready" : "NOT READY")
        for reason in (health.object?["reasons"]?.array ?? []).compactMap(\.object) {
            Terminal.print("  \(reason["code"]?.string ?? ""): \(reason["message"]?.string ?? "")")
        }
        // The zones of the machine are `usher version`'s to tell.
        NodeReport.show(health, as: "Readiness", ["ready", "reasons", "zones"])
    }

    private func show(_ campaign: JSONTree) {
        Terminal.print("")
        let names = ["key", "status", "starts_at", "ends_at", "capacity_limit", "capacity_used", "capacity_held"]
        RecordOptions.print(campaign, APISchema.columns(names, of: ListTable.campaigns.resource), showPersonal: false)
    }
}
