import API
import ArgumentParser
import Engine
import HTTPServer
import Journal
import Logging
import NIOCore
import Replication
import ServiceLifecycle

/// The command `usher serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Every option can also come from the environment (USHER_DATA, USHER_LISTEN, USHER_ROOT_KEY, \
            USHER_ROOT_KEY_FILE, USHER_DURABILITY, USHER_THREADS, USHER_MAX_CONNECTIONS, USHER_MAX_WAITING, \
            USHER_SYNC_REPLICAS, USHER_METRICS, USHER_NO_METRICS, USHER_ADVERTISE, USHER_JOURNAL_RETENTION_MB, \
            USHER_TLS_CERTIFICATE, USHER_TLS_KEY, USHER_CA, USHER_LOG_LEVEL, USHER_LOG_FORMAT, USHER_ACCESS_LOG) or from a JSON file \
            (--config, USHER_CONFIG; keys data, listen, root_key_file, …). The command line wins over the \
            environment, the environment over the file.

            The first start without a root key makes one and shows it once. SIGTERM and SIGINT drain: what was begun \
            is answered, everything is on disk, exit 0. When the disk fails, the server says why and exits with 70. \
            SIGHUP reads the files of --tls-certificate and --tls-key anew; connections that are open stay. It ends no \
            node.
            """)

    @OptionGroup
    var node: NodeOptions

    @Option(help: "When a claim is acknowledged: fsync, interval:<ms> or none (default fsync).")
    var durability: String?

    @Option(help: "The number of replicas that must have a claim on disk before it is acknowledged (default 0).")
    var syncReplicas: String?

    @Option(help: "The journal to keep for replicas that were away, in MiB (default 1024).")
    var journalRetentionMb: String?

    @Flag(inversion: .prefixedNo, help: "Keep metrics (default --metrics); replicas always do.")
    var metrics: Bool?

    @Flag(help: "Also print a demonstration to paste: two people race for the last place.")
    var demonstration = false

    func run() async throws {
        try await reporting {
            let hangUp = await HangUp()
            let settings = try await ServeSettings.load(flags: flags, file: node.config)
            try await serve(settings, hangUp)
        }
    }

    private var flags: [String: String] {
        node.flags(
            with: [
                "durability": durability, "metrics": metrics.map { String($0) }, "sync_replicas": syncReplicas,
                "journal_retention_mb": journalRetentionMb,
            ])
    }

    private func serve(_ settings: ServeSettings, _ hangUp: HangUp) async throws {
        let logger = NodeServer.makeLogger(settings)
        let log = NodeLog(logger)
        defer { LogWriter.standardError.flush() }
        EnvironmentNames.warn(log)
        var settings = settings
        let security = try SecurityFiles(settings)
        try NodeServer.fitConnections(&settings, log)
        try await Listening.check(host: settings.host, port: settings.port)
        let (engine, recovery) = try NodeServer.open(settings, role: .primary) { StorageFailure.stop($0, log) }
        NodeServer.note(recovery, engine, log)
        let (rootKey, keyNews): (RootKey, [LogLine])
        do {
            (rootKey, keyNews) = try await RootKey.prepare(engine, given: settings.rootKey)
            // Not before: the first start has to make its root key without followers.
            try await engine.requireFollowers(settings.syncReplicas)
        } catch {
            await engine.drain()
            throw error
        }
        let banner = Banner(
            settings: settings, recovery: recovery, rootKey: rootKey, position: engine.position,
            standing: engine.standing, demonstrates: demonstration)
        // At once, and before anything else can fail: the key is never shown again.
        Terminal.print(banner.opening)
        try await listen(engine, settings, security, hangUp, banner, keyNews, logger)
        log.write(.stopped)
        Terminal.print("usher stopped; everything is on disk.")
    }

    /// The access to the nodes that have not been told of this node's promotion.
    private func peers(
        _ engine: Engine, _ settings: ServeSettings, _ client: UpstreamClient, _ log: NodeLog
    ) -> PeerAccess {
        let untold = engine.directory.untold
        if settings.primaryKey == nil, !untold.isEmpty, engine.decides {
            log.write(
                .peersUntold, (.urls, .text(untold.joined(separator: " "))), (.epoch, .count(engine.standing.epoch)))
        }
        var access = PeerAccess(ownURL: { settings.ownURL(port: $0) })
        if let key = settings.primaryKey {
            access.makeUpstream = { HTTPUpstream(url: $0, key: key, client: client) }
        }
        return access
    }

    private func listen(
        _ engine: Engine, _ settings: ServeSettings, _ security: SecurityFiles, _ hangUp: HangUp, _ banner: Banner,
        _ keyNews: [LogLine], _ logger: Logger
    ) async throws {
        let log = NodeLog(logger)
        var settled = settings
        ListenAddress.settle(&settled, towards: engine.standing.primary ?? engine.directory.untold.first)
        let settings = settled
        let server = UsherServer(
            engine: engine, peers: peers(engine, settings, security.upstreamClient, log),
            configuration: NodeServer.serverConfiguration(settings, security),
            logger: logger
        ) { address in
            let port = address.port ?? settings.port
            ListenAddress.warn(of: settings, port: port, log)
            let url = settings.ownURL(port: port) ?? settings.url(port: port)
            NodeServer.noteStart(engine, banner.recovery, url: url, log)
            for line in keyNews { log.write(line) }
            Terminal.print(banner.listening(port: port))
            SystemManager.notify("READY=1")
            NodeServer.noteZones(log)
        }
        try await NodeServer.run([.init(service: server)], settings, security, hangUp, logger)
    }
}
