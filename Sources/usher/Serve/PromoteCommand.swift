import ArgumentParser
import Engine
import Foundation
import JSONText
import Journal
import NIOHTTP1
import Replication

/// The command `usher promote`.
struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Make a replica the primary of a new epoch.",
        discussion: """
            A running replica (--url; needs a key with the scope root) continues as the primary at once, and tells the \
            node that it followed, and those of --tell, with that key until each has heard it: from then on they refuse \
            what the old primary sends, and the old primary refuses writes.

            With --data a stopped replica's directory is promoted: start it with `usher serve` then. The primary that \
            it knew and those of --tell are told here, once (--primary-key, --advertise); those that were not told \
            everything, `usher serve` tells when it has a root key as USHER_PRIMARY_KEY.

            Everything that the replica had not received is lost: compare `position` on both nodes before, if you can.
            """)

    @OptionGroup var client: ClientOptions
    @Option(help: "The directory of a stopped replica, instead of a running one.", completion: .directory)
    var data: String?
    @Option(help: "The URL of a node to tell; can be given several times.") var tell: [String] = []
    @Option(help: "With --data: a root key of those nodes (USHER_PRIMARY_KEY).")
    var primaryKey: String?
    @Option(help: "With --data: the URL at which this node will be reached, to tell the others (USHER_ADVERTISE).")
    var advertise: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await reporting {
            let result: PromotionResult
            if let data { result = try await promoteStopped(data) } else { result = try await promoteRunning() }
            if json { return try Terminal.print(json: result) }
            Terminal.print("\(result.node) is the primary of epoch \(result.epoch), at \(result.position).")
            for url in result.untold {
                // Some reasons are whole sentences.
                let reason = result.reasons[url].map { ": \($0.hasSuffix(".") ? String($0.dropLast()) : $0)" } ?? ""
                let again =
                    data == nil
                    ? "It is told again until it has" : "`usher serve` with a root key as USHER_PRIMARY_KEY tells it"
                Terminal.note(
                    "Warning: \(url) has not heard all of it\(reason). \(again); for a node that will never come back: "
                        + "`usher replication --strike-off \(url)`.")
            }
        }
    }

    private func promoteRunning() async throws -> PromotionResult {
        let client = try client.makeClient()
        var fields = JSONObject()
        fields["tell"] = .array(tell.map { .string($0) })
        let answer = try await client.document(.POST, "/api/admin/replication/promote", fields: fields)
        let status = answer.member().object ?? JSONObject()
        return PromotionResult(
            node: status["node"]?.string ?? "the node", epoch: status["epoch"]?.integerText.flatMap(UInt64.init) ?? 0,
            position: status["position"]?.string ?? "?",
            untold: (status["untold"]?.array ?? []).compactMap(\.string),
            reasons: Dictionary(
                (status["untold_nodes"]?.array ?? []).compactMap(\.object).compactMap { node in
                    node["url"]?.string.flatMap { url in node["reason"]?.string.map { (url, $0) } }
                }
            ) { first, _ in first })
    }

    private func promoteStopped(_ directory: String) async throws -> PromotionResult {
        let environment = ProcessInfo.processInfo.environment
        let ownURL = advertise ?? environment["USHER_ADVERTISE"].flatMap { $0.isEmpty ? nil : $0 }
        if let ownURL, let host = URL(string: ownURL)?.host, ListenAddress.isUnspecified(host) {
            throw CommandFailure(
                "--advertise must name a host: \(ownURL) is no address that others can reach.", code: Exit.usage)
        }
        guard try ReplicaDirectory.contents(of: directory) == .replica else {
            throw CommandFailure("\(directory) is not a replica's directory with complete data; nothing was changed.")
        }
        let key = primaryKey ?? environment["USHER_PRIMARY_KEY"]
        guard tell.isEmpty || key != nil else {
            throw CommandFailure(
                "to tell other nodes, a key is needed: set USHER_PRIMARY_KEY or give --primary-key.", code: Exit.usage)
        }
        var settings = ServeSettings()
        settings.authorities = client.authorities
        let upstreamClient = try SecurityFiles(settings).upstreamClient
        var configuration = EngineConfiguration(directory: directory)
        configuration.role = .replica
        let (engine, _) = try Engine.open(configuration, failed: { StorageFailure.stop($0) })
        let urls = Succession.audience(
            named: tell, upstream: nil, primary: engine.standing.primary, ownURL: ownURL)
        let position: LogPosition
        do {
            position = try await engine.promote()
        } catch {
            engine.close()
            throw error
        }
        let node = engine.directory.node
        var reasons: [String: String] = [:]
        for url in urls {
            reasons[url] = await failure(of: url, key, upstreamClient, position.epoch, ownURL)
        }
        let untold = urls.filter { reasons[$0] != nil }
        // `usher serve` tells the nodes that could not be told everything now.
        try engine.directory.record(untold: untold)
        await engine.drain()
        return PromotionResult(
            node: node, epoch: position.epoch, position: position.description, untold: untold, reasons: reasons)
    }

    /// Tells a node; gives the reason why it has not heard everything, nil when it has.
    private func failure(
        of url: String, _ key: String?, _ client: UpstreamClient, _ epoch: UInt64, _ ownURL: String?
    ) async -> String? {
        guard let key else { return "there is no key to tell it with" }
        do {
            try await HTTPUpstream(url: url, key: key, client: client).tell(epoch: epoch, primary: ownURL)
        } catch {
            return (error as? UpstreamError)?.description ?? "\(type(of: error))"
        }
        return ownURL == nil ? "it knows the epoch, and not where this node is (--advertise)" : nil
    }
}

private struct PromotionResult: Encodable {
    var node: String
    var epoch: UInt64
    var position: String
    var untold: [String]
    /// Why they have not heard of it, by URL.
    var reasons: [String: String]
}
