import ArgumentParser
import Engine
import Foundation
import HTTPAPI
import Journal
import Logging
import NIOCore
import NIOPosix
import Replication
import ServiceLifecycle
import Store
import UnixSignals

/// The command `usher serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Every option can also come from the environment (USHER_DATA, USHER_LISTEN, USHER_ROOT_KEY, \
            USHER_ROOT_KEY_FILE, USHER_DURABILITY, USHER_THREADS, USHER_MAX_CONNECTIONS, USHER_SYNC_REPLICAS, USHER_METRICS, \
            USHER_JOURNAL_RETENTION_MB) or from a JSON file \
            (--config, USHER_CONFIG; keys data, listen, root_key_file, …). The command line wins over the \
            environment, the environment over the file.

            The first start without a root key makes one and shows it once. SIGTERM and SIGINT drain: what was begun \
            is answered, everything is on disk, exit 0. When the disk fails, the server says why and exits with 70.
            """)

    @Option(help: "The data directory; made if it does not exist (default ./data).", completion: .directory)
    var data: String?

    @Option(help: "Address and port, port 0 for a free one (default 127.0.0.1:7070).")
    var listen: String?

    @Option(help: "A key that may do everything, at least 16 characters. Better: --root-key-file.")
    var rootKey: String?

    @Option(help: "A file with that key.", completion: .file())
    var rootKeyFile: String?

    @Option(help: "When a claim is acknowledged: fsync, interval:<ms> or none (default fsync).")
    var durability: String?

    @Option(help: "A JSON file with settings.", completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: "Threads that serve connections (default: one per core).")
    var threads: String?

    @Option(help: "The most open connections (default 20000).")
    var maxConnections: String?

    @Option(help: "How many replicas must have a claim on disk before it is acknowledged (default 0).")
    var syncReplicas: String?

    @Option(help: "How much journal to keep for replicas that were away, in MiB (default 1024).")
    var journalRetentionMb: String?

    @Flag(help: "Keep metrics on this node as well; replicas always do.")
    var metrics = false

    @Flag(help: "Also print a demonstration to paste: two people race for the last place.")
    var demonstration = false

    func run() async throws {
        try await reporting {
            let settings = try await ServeSettings.load(flags: flags, file: config)
            try await serve(settings)
        }
    }

    private var flags: [String: String] {
        [
            "data": data, "listen": listen, "root_key": rootKey, "root_key_file": rootKeyFile,
            "durability": durability, "threads": threads, "max_connections": maxConnections,
            "metrics": metrics ? "true" : nil, "sync_replicas": syncReplicas,
            "journal_retention_mb": journalRetentionMb,
        ].compactMapValues { $0 }
    }

    private func serve(_ settings: ServeSettings) async throws {
        let logger = NodeServer.makeLogger()
        var settings = settings
        NodeServer.fitConnections(&settings)
        try await Listening.check(host: settings.host, port: settings.port)
        let line = ProgressLine()
        let configuration = NodeServer.configuration(settings, role: .primary)
        let (engine, recovery) = try Engine.open(
            configuration, progress: { line.show(ProgressLine.text("replaying the journal", $0, $1)) },
            metricsProgress: { line.show(ProgressLine.text("computing the metrics", $0.done, $0.total)) },
            failed: { StorageFailure.stop($0) })
        line.clear()
        let rootKey: RootKey
        do {
            rootKey = try await RootKey.prepare(engine, given: settings.rootKey)
        } catch {
            await engine.drain()
            throw error
        }
        // Not before: the first start has to make its root key without followers.
        engine.quorum.require(settings.syncReplicas)
        let banner = Banner(
            settings: settings, recovery: recovery, rootKey: rootKey, position: engine.position,
            standing: engine.standing,
            demonstrates: demonstration)
        // At once, and before anything else can fail: the key is never shown again.
        Terminal.print(banner.opening)
        try await listen(engine, settings, banner, logger)
        Terminal.print("usher stopped; everything is on disk.")
    }

    /// How to go on telling other nodes that this one was promoted.
    private func peers(_ engine: Engine, _ settings: ServeSettings) -> PeerAccess? {
        let untold = engine.directory.untold
        if let key = settings.primaryKey {
            return PeerAccess(ownURL: settings.advertisedURL ?? settings.url) { HTTPUpstream(url: $0, key: key) }
        }
        if !untold.isEmpty, engine.decides {
            Terminal.note(
                "Warning: \(untold.joined(separator: ", ")) may not know yet that this node is the primary of epoch "
                    + "\(engine.standing.epoch). Give USHER_PRIMARY_KEY (scope replicate), and it tells them.")
        }
        return nil
    }

    private func listen(_ engine: Engine, _ settings: ServeSettings, _ banner: Banner, _ logger: Logger) async throws {
        let server = UsherServer(
            engine: engine, peers: peers(engine, settings), configuration: NodeServer.serverConfiguration(settings),
            logger: logger
        ) { address in
            Terminal.print(banner.listening(host: settings.host, port: address.port ?? settings.port))
            SystemManager.notify("READY=1")
        }
        var group = ServiceGroupConfiguration(
            services: [server, StopAnnouncement()], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // The server gives what was begun 5 seconds, and the engine then needs a commit: 10 in all.
        group.maximumGracefulShutdownDuration = .seconds(9)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw Listening.failure(host: settings.host, port: settings.port, error)
        }
    }
}

/// Whether the address is free.
enum Listening {
    /// Looks before anything is made: a first start that fails here must not have shown its only key.
    ///
    /// - Returns: the port: for port 0 one that is free.
    @discardableResult
    static func check(host: String, port: Int) async throws -> Int {
        do {
            let probe = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
            let free = probe.localAddress?.port ?? port
            try await probe.close()
            return free
        } catch let error as IOError {
            throw failure(host: host, port: port, error)
        }
    }

    static func failure(host: String, port: Int, _ error: IOError) -> CommandFailure {
        let reason =
            switch error.errnoCode {
            case EADDRINUSE: "another program listens there; stop it or choose another --listen"
            case EADDRNOTAVAIL: "this machine does not have that address"
            case EACCES: "ports below 1024 need more rights; choose a higher one"
            default: "\(error)"
            }
        return CommandFailure("\(host):\(port) can not be listened on: \(reason).")
    }
}

/// Says at once that the server stops, for whoever sent the signal and for systemd.
struct StopAnnouncement: Service {
    func run() async throws {
        try await gracefulShutdown()
        SystemManager.notify("STOPPING=1")
        Terminal.note("usher is draining: no new connections, answering what was begun.")
    }
}

/// The end of a server whose disk has failed.
enum StorageFailure {
    /// Says why and ends the process at once: nothing more can be acknowledged, and what was is in the journal.
    static func stop(_ error: EngineError) {
        Terminal.note(
            "Error: storage failed: \(error.message) Stopped; acknowledged claims are in the journal. "
                + "Mend the disk, run `usher doctor` and start again.")
        _exit(Exit.storage)
    }
}
