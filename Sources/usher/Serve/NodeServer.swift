import API
import CivilTime
import Engine
import HTTPServer
import Journal
import Logging
import NIOCore
import Projections
import ServiceLifecycle
import Store
import UnixSignals

/// Runs the parts that `serve` and `replica` share.
enum NodeServer {
    /// The logger of a node, on standard error.
    static func makeLogger(_ settings: ServeSettings) -> Logger {
        let silent = LineLogHandler(logLevel: settings.logLevel, format: settings.logFormat) { _ in }
        return Logger(label: "usher") { _ in
            LineLogHandler(logLevel: settings.logLevel, format: settings.logFormat) {
                LogWriter.standardError.put($0, notingDropped: silent.line(dropped:))
            }
        }
    }

    /// Writes down the end of a recovery, where it is worth a line of its own.
    static func note(_ recovery: Engine.RecoveryReport, _ engine: Engine, _ log: NodeLog) {
        if let cut = recovery.cut {
            log.write(.tailCut, (.bytes, .count(cut.bytes)), (.copy, .text(cut.copy)))
        }
        if recovery.beginsHistory { log.write(.historyBegun, (.epoch, .count(engine.standing.epoch))) }
    }

    /// Writes down that a node takes connections.
    static func noteStart(_ engine: Engine, _ recovery: Engine.RecoveryReport, url: String, _ log: NodeLog) {
        let status = engine.status
        log.write(
            .started, (.version, .text(UsherVersion.current)), (.node, .text(engine.directory.node)),
            (.role, .text(status.standing.authority.name)), (.epoch, .count(status.standing.epoch)),
            (.position, .text(status.position.description)), (.durability, .text(status.durability.description)),
            (.framesReplayed, .count(recovery.framesReplayed)), (.url, .text(url)))
    }

    /// Warns where the system's zones of time are not those of today.
    static func noteZones(_ log: NodeLog) {
        let zones = ZoneDirectory().state
        let state = zones.state(at: SystemClock().wallMilliseconds() / 1000)
        guard state == .old || state == .missing else { return }
        log.write(.zonesNotCurrent, (.edition, zones.edition.map { .text($0) }), (.state, .text(state.rawValue)))
    }

    /// Raises the limit on open files, or lowers the number of connections to it.
    ///
    /// - Throws: ``CommandFailure`` where it is not enough for a server.
    static func fitConnections(_ settings: inout ServeSettings, _ log: NodeLog) throws(CommandFailure) {
        let served = OpenFiles.raise(toServe: settings.connectionsMax, threads: settings.threads)
        guard served < settings.connectionsMax else { return }
        let least = min(settings.connectionsMax, OpenFiles.connectionsMin)
        let reserve = OpenFiles.reserve(threads: settings.threads)
        guard served >= least else {
            throw CommandFailure(
                "the limit on open files is \(OpenFiles.limits.now), and a server with \(settings.threads) threads needs "
                    + "at least \(least + reserve): \(reserve) for itself and one for each connection "
                    + "(\(settings.connectionsMax + reserve) for --max-connections \(settings.connectionsMax)). Raise it: "
                    + "`ulimit -n 65536` in the shell, LimitNOFILE=65536 in a systemd unit, `--ulimit nofile=65536` for a "
                    + "container; nothing was started.")
        }
        defer { settings.connectionsMax = served }
        guard settings.isConnectionsMaxChosen else { return }
        log.write(.connectionsLowered, (.wanted, .count(settings.connectionsMax)), (.served, .count(served)))
    }

    /// Opens the node's directory and shows how far that is.
    ///
    /// - Parameters:
    ///   - settings: The settings of the node.
    ///   - role: The role of the node.
    ///   - failed: Called when storage fails later.
    /// - Returns: The engine, and the report of its recovery.
    /// - Throws: ``EngineError`` when the directory cannot be opened.
    static func open(
        _ settings: ServeSettings, role: JournalRole, failed: @escaping @Sendable (EngineError) -> Void
    ) throws(EngineError) -> (Engine, Engine.RecoveryReport) {
        let line = ProgressLine()
        defer { line.clear() }
        return try Engine.open(
            configuration(settings, role: role),
            progress: { line.show(ProgressLine.text("replaying the journal", $0, $1)) },
            derivingProgress: { line.show(ProgressLine.text("computing \($0.title)", $1.done, $1.total)) },
            failed: failed)
    }

    /// Runs a server and what belongs to it until a signal ends it or one of them does.
    static func run(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration], _ settings: ServeSettings,
        _ security: SecurityFiles, _ hangUp: HangUp, _ logger: Logger
    ) async throws {
        let log = NodeLog(logger)
        let reload = security.identity.map { TLSReload(identity: $0, log: log) }
        hangUp.act { reload?.reload() ?? log.write(.nothingToReload) }
        var group = ServiceGroupConfiguration(
            services: services + [.init(service: StopAnnouncement(log: log))]
                + (reload.map { [.init(service: $0)] } ?? []),
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // The server gives what was begun 5 seconds, and the engine then needs a commit: 10 in all.
        group.maximumGracefulShutdownDuration = .seconds(9)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw Listening.failure(host: settings.host, port: settings.port, error)
        }
    }

    private static func configuration(_ settings: ServeSettings, role: JournalRole) -> EngineConfiguration {
        var configuration = EngineConfiguration(directory: settings.data)
        configuration.role = role
        configuration.durability = settings.durability
        configuration.projections = role == .replica || settings.metrics ? [MetricsProjection()] : []
        configuration.inboxCapacity = settings.waitingMax
        configuration.journalRetentionBytes = settings.journalRetentionBytes
        return configuration
    }

    static func serverConfiguration(_ settings: ServeSettings, _ security: SecurityFiles) -> ServerConfiguration {
        var configuration = ServerConfiguration(version: UsherVersion.current)
        configuration.host = settings.host
        configuration.port = settings.port
        configuration.threads = settings.threads
        configuration.connectionsMax = settings.connectionsMax
        configuration.rootKey = settings.rootKey
        configuration.accessLogRate = settings.accessLogRate
        configuration.tls = security.identity
        configuration.upstreamClient = security.upstreamClient
        return configuration
    }
}

/// Announces at once that the server stops, to the operator and to systemd.
private struct StopAnnouncement: Service {
    let log: NodeLog

    func run() async throws {
        try await gracefulShutdown()
        SystemManager.notify("STOPPING=1")
        log.write(.stopping)
    }
}
