import Engine
import HTTPAPI
import Journal
import Logging

/// What `serve` and `replica` have in common.
enum NodeServer {
    static func makeLogger() -> Logger {
        var logger = Logger(label: "usher", factory: { StreamLogHandler.standardError(label: $0) })
        // The banner says what is worth saying; the log is for trouble.
        logger.logLevel = .notice
        return logger
    }

    /// Raises the limit on open files, or lowers the number of connections to it.
    static func fitConnections(_ settings: inout ServeSettings) {
        let served = OpenFiles.raise(toServe: settings.connectionsMax)
        guard served < settings.connectionsMax else { return }
        Terminal.note(
            "Warning: the limit on open files is enough for \(served) connections only, not for "
                + "\(settings.connectionsMax); raise it (systemd: LimitNOFILE=) or lower --max-connections.")
        settings.connectionsMax = served
    }

    static func configuration(_ settings: ServeSettings, role: JournalRole) -> EngineConfiguration {
        var configuration = EngineConfiguration(directory: settings.data)
        configuration.role = role
        configuration.durability = settings.durability
        configuration.metrics = role == .replica || settings.metrics
        configuration.journalRetentionBytes = settings.journalRetentionBytes
        return configuration
    }

    static func serverConfiguration(_ settings: ServeSettings) -> ServerConfiguration {
        var configuration = ServerConfiguration(version: UsherVersion.current)
        configuration.host = settings.host
        configuration.port = settings.port
        configuration.threads = settings.threads
        configuration.connectionsMax = settings.connectionsMax
        configuration.rootKey = settings.rootKey
        return configuration
    }
}
