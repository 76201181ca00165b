import ArgumentParser
import Engine
import HTTPAPI
import Journal
import Logging
import NIOCore
import Replication
import ServiceLifecycle
import Store
import Synchronization
import UnixSignals

/// The command `usher replica`.
struct ReplicaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replica",
        abstract: "Follow another node: answer every read and all metrics, be ready to take over.",
        discussion: """
            Begins with a snapshot of the node at --primary (a primary or another replica), then follows its log. It \
            resumes where it was after any interruption, and begins again with a snapshot when the log can not be \
            continued or its own files are damaged. The data of a primary is never replaced without --force.

            Every option can also come from the environment (USHER_PRIMARY, USHER_PRIMARY_KEY, \
            USHER_PRIMARY_KEY_FILE, USHER_MAX_LAG_MS, USHER_ADVERTISE and those of `usher serve`) or from a JSON \
            file (--config). When this node is ahead of the node that it follows, it changes nothing and ends with 5.
            """)

    @Option(help: "The data directory; made if it does not exist (default ./data).", completion: .directory)
    var data: String?

    @Option(help: "Address and port, port 0 for a free one (default 127.0.0.1:7070).")
    var listen: String?

    @Option(help: "The URL of the node to follow.")
    var primary: String?

    @Option(help: "A key of that node with the scope replicate. Better: --key-file or USHER_PRIMARY_KEY.")
    var key: String?

    @Option(help: "A file with that key.", completion: .file())
    var keyFile: String?

    @Option(help: "Not ready while further behind than this (default 5000).")
    var maxLagMs: String?

    @Option(help: "The URL at which other nodes and clients reach this one (default: from --listen).")
    var advertise: String?

    @Option(help: "A key that may do everything on this node, at least 16 characters. Better: --root-key-file.")
    var rootKey: String?

    @Option(help: "A file with that key.", completion: .file())
    var rootKeyFile: String?

    @Option(help: "A JSON file with settings.", completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: "Threads that serve connections (default: one per core).")
    var threads: String?

    @Option(help: "The most open connections (default 20000).")
    var maxConnections: String?

    @Flag(help: "Replace the data of a primary with a copy of the one to follow.")
    var force = false

    func run() async throws {
        try await reporting {
            var settings = try await ServeSettings.load(flags: flags, file: config)
            guard let primary = settings.primary else {
                throw CommandFailure(
                    "--primary (USHER_PRIMARY) is needed: the URL of the node to follow.", code: Exit.usage)
            }
            guard let key = settings.primaryKey else {
                throw CommandFailure(
                    "a key for \(primary) is needed: set USHER_PRIMARY_KEY or give --key-file; "
                        + "`usher keys create --scope replicate` makes one.", code: Exit.usage)
            }
            NodeServer.fitConnections(&settings)
            // A node has one address for others, also after it began again.
            settings.port = try await Listening.check(host: settings.host, port: settings.port)
            try await ReplicaNode(settings: settings, primary: primary, key: key, forces: force).run()
            Terminal.print("usher stopped; everything is on disk.")
        }
    }

    private var flags: [String: String] {
        [
            "data": data, "listen": listen, "root_key": rootKey, "root_key_file": rootKeyFile, "threads": threads,
            "max_connections": maxConnections, "primary": primary, "primary_key": key, "primary_key_file": keyFile,
            "max_lag_ms": maxLagMs, "advertise": advertise,
        ].compactMapValues { $0 }
    }
}

/// A replica's life: bootstrap, serve and follow, begin again where that is the way on.
struct ReplicaNode: Sendable {
    let settings: ServeSettings
    let primary: String
    let key: String
    let forces: Bool
    private let logger = NodeServer.makeLogger()

    /// Why one run of the server has ended.
    private enum Outcome {
        case stopped
        case mustBootstrap(String, from: String)
    }

    func run() async throws {
        var reason = try reasonToBootstrap()
        // The node that was followed last: after a promotion it may be another one than the command line says.
        var source = primary
        while true {
            if let reason { try await bootstrap(reason, from: source) }
            switch try open() {
            case .failure(let damage): reason = damage.message
            case .success(let engine):
                guard case .mustBootstrap(let why, let from) = try await serve(engine, source) else { return }
                (reason, source) = (why, from)
            }
        }
    }

    /// Why the directory needs a snapshot before it can be opened; nil when it does not.
    private func reasonToBootstrap() throws -> String? {
        switch try ReplicaDirectory.contents(of: settings.data) {
        case .nothing: return "the directory is empty"
        case .replica: return nil
        case .primary where forces: return "the data of a primary is replaced, as --force says"
        case .primary:
            throw CommandFailure(
                "\(settings.data) holds the data of a primary. Choose another --data directory, or give --force to "
                    + "replace it with a copy of \(primary); nothing was changed.")
        }
    }

    // MARK: Bootstrap

    /// Waits between two attempts to reach the node to follow.
    private static let pauseSeconds = 2

    private func bootstrap(_ reason: String, from primary: String) async throws {
        Terminal.note("Bootstrapping from \(primary): \(reason).")
        let line = ProgressLine()
        while true {
            do {
                let point = try await Bootstrap.run(
                    directory: settings.data, from: HTTPUpstream(url: primary, key: key)
                ) { progress in
                    switch progress {
                    case .receiving(let bytes): line.show("receiving  \(describe(bytes: bytes))")
                    case .loading(let bytes, let all): line.show(ProgressLine.text("loading", bytes, all))
                    }
                }
                line.clear()
                return Terminal.note("Bootstrapped at \(point.position).")
            } catch let error as UpstreamError {
                line.clear()
                if case .answered(let status, _) = error, status < 500 { throw CommandFailure("\(primary): \(error)") }
                Terminal.note("Warning: \(error). Trying again in \(ReplicaNode.pauseSeconds) s.")
                try await Task.sleep(for: .seconds(ReplicaNode.pauseSeconds))
            }
        }
    }

    // MARK: Serving

    /// Opens the directory; damage is a reason to bootstrap.
    private func open() throws -> Result<Engine, EngineError> {
        let line = ProgressLine()
        let opened = Result { () throws(EngineError) in
            try Engine.open(
                NodeServer.configuration(settings, role: .replica),
                progress: { line.show(ProgressLine.text("replaying the journal", $0, $1)) },
                metricsProgress: { line.show(ProgressLine.text("computing the metrics", $0.done, $0.total)) },
                failed: { error in
                    // Diverged tables are replaced; a disk that fails is not.
                    if error.code != .diverged { StorageFailure.stop(error) }
                })
        }
        line.clear()
        switch opened {
        case .success(let (engine, recovery)):
            Terminal.print(ReplicaNode.banner(settings, primary, engine, recovery))
            return .success(engine)
        case .failure(let error) where error.code == .damagedDirectory: return .failure(error)
        case .failure(let error): throw error
        }
    }

    private func serve(_ engine: Engine, _ primary: String) async throws -> Outcome {
        let key = key
        let ownURL = settings.advertisedURL ?? ReplicaNode.url(settings.host, settings.port)
        let makeUpstream: @Sendable (String) -> any Upstream = { HTTPUpstream(url: $0, key: key) }
        let follower = Follower(
            engine: engine, upstream: makeUpstream(primary),
            identity: FollowerIdentity(node: engine.directory.node, url: ownURL), makeUpstream: makeUpstream)
        let service = FollowerService(follower: follower, logger: logger)
        let server = UsherServer(
            engine: engine,
            replica: ReplicaService(
                follower: follower, lagMillisecondsMax: Int64(settings.lagMillisecondsMax)),
            peers: PeerAccess(ownURL: ownURL, makeUpstream: makeUpstream),
            configuration: NodeServer.serverConfiguration(settings), logger: logger
        ) { address in
            let url = ReplicaNode.url(settings.host, address.port ?? settings.port)
            Terminal.print("  listening   \(url)   (health \(url)/readyz?verbose)")
            SystemManager.notify("READY=1")
        }
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: server),
                .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: StopAnnouncement()),
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(9)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw Listening.failure(host: settings.host, port: settings.port, error)
        }
        return try service.outcome.withLock { try $0.get() }.map {
            .mustBootstrap($0, from: follower.status.upstream)
        } ?? .stopped
    }

    private static func url(_ host: String, _ port: Int) -> String {
        "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func banner(
        _ settings: ServeSettings, _ primary: String, _ engine: Engine, _ recovery: Engine.RecoveryReport
    ) -> String {
        [
            "usher \(UsherVersion.current)",
            "  data        \(Banner.absolute(settings.data))",
            "  role        replica of \(primary)",
            "  position    \(engine.position)",
            "  recovery    \(Banner.text(of: recovery))",
        ].joined(separator: "\n")
    }
}

/// Runs a follower beside the server; ends when the node must begin again, and keeps the reason.
private struct FollowerService: Service {
    let follower: Follower
    let logger: Logger
    /// Why to bootstrap, or nil; a failure ends the command.
    let outcome = Outcome()

    final class Outcome: Sendable {
        private let value = Mutex<Result<String?, CommandFailure>>(.success(nil))

        func withLock<Value: Sendable>(
            _ body: (inout sending Result<String?, CommandFailure>) throws -> sending Value
        ) rethrows -> Value {
            try value.withLock(body)
        }
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await follower.run() }
        } catch Follower.End.mustBootstrap(let reason) {
            outcome.withLock { $0 = .success(reason) }
        } catch Follower.End.ahead(let reason) {
            logger.critical("this replica is ahead of the node that it follows", metadata: ["reason": "\(reason)"])
            outcome.withLock {
                $0 = .failure(
                    CommandFailure(
                        "this replica is ahead of the node that it follows: \(reason) Nothing was changed.",
                        code: Exit.ahead))
            }
        } catch Follower.End.promoted {
            // The server goes on, as a primary's.
            try await gracefulShutdown()
        } catch is CancellationError {
        } catch let error as EngineError where error.code == .diverged {
            outcome.withLock { $0 = .success(error.message) }
        }
    }
}
