import API
import Engine
import HTTPServer
import Journal
import Logging
import NIOCore
import Projections
import Replication
import ServiceLifecycle
import Store

/// Runs a replica: bootstraps, serves and follows, and begins again when its data must be replaced.
struct ReplicaNode: Sendable {
    let settings: ServeSettings
    let primary: String
    let key: String
    let forces: Bool
    let security: SecurityFiles
    let hangUp: HangUp
    let logger: Logger

    private var log: NodeLog { NodeLog(logger) }

    /// The reason why one run of the server has ended.
    private enum Outcome {
        case stopped
        case mustBootstrap(BootstrapReason, from: String)
    }

    /// The reason to replace the directory's data, and its origin.
    private struct BootstrapReason {
        var text: String
        /// The origin of the data, all of which the snapshot must contain; nil when there is none, or it may be
        /// replaced.
        var origin: DataOrigin?
    }

    /// Runs until a signal or an operator's decision ends it.
    func run() async throws {
        let stop = StopRequest()
        try await withThrowingTaskGroup { group in
            group.addTask { await stop.watch() }
            defer { group.cancelAll() }
            try await run(until: stop)
        }
    }

    private func run(until stop: StopRequest) async throws {
        var reason = try reasonToBootstrap()
        // The node that was followed last: after a promotion it may be another one than the command line says.
        var source = primary
        // `--force` applies once: it is about the data that is there now, not about later data.
        var forces = forces
        while true {
            if let reason {
                do {
                    try await stop.interrupting { [source] in try await bootstrap(reason, from: source) }
                } catch  where stop.isMade {
                    return
                }
            }
            if reason != nil { forces = false }
            switch try open() {
            case .failure(let damage):
                let origin = forces ? nil : try ReplicaDirectory.origin(of: settings.data)
                reason = BootstrapReason(text: damage.message, origin: origin)
            case .success(let (engine, _)) where stop.isMade: return await engine.drain()
            case .success(let (engine, recovery)):
                let outcome = try await serve(engine, recovery, source, forces: forces)
                guard case .mustBootstrap(let why, let from) = outcome else {
                    return
                }
                (reason, source) = (why, from)
            }
        }
    }

    /// The reason why the directory needs a snapshot before it can be opened; nil when it does not.
    private func reasonToBootstrap() throws -> BootstrapReason? {
        switch try ReplicaDirectory.contents(of: settings.data) {
        case .nothing: return BootstrapReason(text: "the directory is empty")
        case .replica: return nil
        case .primary where forces:
            return BootstrapReason(text: "the data of a primary is replaced, as --force says")
        case .primary:
            throw CommandFailure(
                "\(settings.data) holds the data of a primary. Choose another --data directory, or give --force to "
                    + "replace it with a copy of \(primary); nothing was changed.")
        }
    }

    /// The way to another node.
    private func makeUpstream(_ url: String) -> any Upstream {
        HTTPUpstream(url: url, key: key, client: security.upstreamClient)
    }

    // MARK: Bootstrap

    /// Waits between two attempts to reach the node to follow.
    private static let pauseSeconds = 2

    private func bootstrap(_ reason: BootstrapReason, from primary: String) async throws {
        log.write(.bootstrapBegun, (.upstream, .text(primary)), (.reason, .text(reason.text)))
        let line = ProgressLine()
        while true {
            do {
                let point = try await Bootstrap.run(
                    directory: settings.data, from: makeUpstream(primary), replacing: reason.origin,
                    projections: [MetricsProjection()]
                ) { progress in
                    switch progress {
                    case .receiving(let bytes): line.show("receiving  \(describe(bytes: bytes))")
                    case .loading(let bytes, let all): line.show(ProgressLine.text("loading", bytes, all))
                    }
                }
                line.clear()
                return log.write(
                    .bootstrapped, (.upstream, .text(primary)), (.position, .text(point.position.description)))
            } catch let error as UpstreamError {
                line.clear()
                if case .answered(let status, _) = error, status < 500 { throw CommandFailure("\(primary): \(error)") }
                log.write(
                    .bootstrapDelayed, (.upstream, .text(primary)), (.reason, .text(error.description)),
                    (.seconds, .count(ReplicaNode.pauseSeconds)))
                try await Task.sleep(for: .seconds(ReplicaNode.pauseSeconds))
            } catch let error as EngineError where error.code == .diverged {
                line.clear()
                throw CommandFailure(error.message, code: Exit.otherHistory)
            }
        }
    }

    // MARK: Serving

    /// Opens the directory; damage is a reason to bootstrap.
    private func open() throws -> Result<(Engine, Engine.RecoveryReport), EngineError> {
        let log = log
        let opened = Result { () throws(EngineError) in
            try NodeServer.open(settings, role: .replica) { error in
                // Diverged tables are replaced; a disk that fails is not.
                if error.code != .diverged { StorageFailure.stop(error, log) }
            }
        }
        switch opened {
        case .success(let (engine, recovery)):
            Terminal.print(ReplicaNode.banner(settings, primary, engine, recovery))
            NodeServer.note(recovery, engine, log)
            return .success((engine, recovery))
        case .failure(let error) where error.code == .damagedDirectory: return .failure(error)
        case .failure(let error): throw error
        }
    }

    private func serve(
        _ engine: Engine, _ recovery: Engine.RecoveryReport, _ primary: String, forces: Bool
    ) async throws -> Outcome {
        let log = log
        let ownURL = settings.ownURL
        let makeUpstream: @Sendable (String) -> any Upstream = { self.makeUpstream($0) }
        let follower = Follower(
            engine: engine, upstream: makeUpstream(primary),
            identity: FollowerIdentity(node: engine.directory.node, url: ownURL), makeUpstream: makeUpstream)
        let service = FollowerService(follower: follower, directory: settings.data, log: log)
        let server = UsherServer(
            engine: engine,
            replica: ReplicaService(
                follower: follower, lagMillisecondsMax: Int64(settings.lagMillisecondsMax)),
            peers: PeerAccess(ownURL: { _ in ownURL }, makeUpstream: makeUpstream),
            configuration: NodeServer.serverConfiguration(settings, security), logger: logger
        ) { address in
            let url = settings.url(port: address.port ?? settings.port)
            NodeServer.noteStart(engine, recovery, url: settings.ownURL ?? url, log)
            Terminal.print("  listening   \(url)   (health \(url)/readyz?verbose)")
            SystemManager.notify("READY=1")
            NodeServer.noteZones(log)
        }
        try await NodeServer.run(
            [
                .init(service: server),
                .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
            ], settings, security, hangUp, logger)
        let source = follower.status.upstream
        if forces, service.hasDiverged {
            return .mustBootstrap(
                BootstrapReason(text: "the data of another history is replaced, as --force says"), from: source)
        }
        guard let reason = try service.reasonToBootstrap() else { return .stopped }
        return .mustBootstrap(BootstrapReason(text: reason, origin: forces ? nil : engine.origin), from: source)
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
