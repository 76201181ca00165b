import API
import ArgumentParser

/// The command `usher replica`.
struct ReplicaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replica",
        abstract: "Follow another node: answer every read and all metrics, be ready to take over.",
        discussion: """
            Begins with a snapshot of the node at --primary (a primary or another replica), then follows its log. It \
            resumes where it was after any interruption, and begins again with a snapshot when the log cannot be \
            continued or its own files are damaged. Data of a primary, and data that is not part of the other node's \
            history (such as the future that a restore has cut off), is never replaced without --force.

            Every option can also come from the environment (USHER_PRIMARY, USHER_PRIMARY_KEY, \
            USHER_PRIMARY_KEY_FILE, USHER_MAX_LAG_MS, USHER_ADVERTISE and those of `usher serve`) or from a JSON \
            file (--config). When this node is ahead of the node that it follows, or of another history, it changes \
            nothing and ends with 5.
            """)

    @OptionGroup
    var node: NodeOptions

    @Option(help: "The URL of the node to follow.")
    var primary: String?

    @Option(help: "A key of that node with the scope replicate. Better: --key-file or USHER_PRIMARY_KEY.")
    var key: String?

    @Option(help: "A file with that key.", completion: .file())
    var keyFile: String?

    @Option(help: "Not ready while further behind than this (default 5000).")
    var maxLagMs: String?

    @Flag(help: "Replace data of a primary, or of another history, with a copy of the node to follow; once.")
    var force = false

    func run() async throws {
        try await reporting {
            let hangUp = await HangUp()
            var settings = try await ServeSettings.load(flags: flags, file: node.config)
            guard let primary = settings.primary else {
                throw CommandFailure(
                    "--primary (USHER_PRIMARY) is needed: the URL of the node to follow.", code: Exit.usage)
            }
            guard let key = settings.primaryKey else {
                throw CommandFailure(
                    "a key for \(primary) is needed: set USHER_PRIMARY_KEY or give --key-file; "
                        + "`usher keys create --scope replicate` makes one.", code: Exit.usage)
            }
            let security = try SecurityFiles(settings)
            let logger = NodeServer.makeLogger(settings)
            let log = NodeLog(logger)
            defer { LogWriter.standardError.flush() }
            EnvironmentNames.warn(log)
            try NodeServer.fitConnections(&settings, log)
            // A node has one address for others, also after it began again.
            settings.port = try await Listening.check(host: settings.host, port: settings.port)
            ListenAddress.settle(&settings, towards: primary)
            ListenAddress.warn(of: settings, port: settings.port, log)
            try await ReplicaNode(
                settings: settings, primary: primary, key: key, forces: force, security: security, hangUp: hangUp,
                logger: logger
            ).run()
            log.write(.stopped)
            Terminal.print("usher stopped; everything is on disk.")
        }
    }

    private var flags: [String: String] {
        node.flags(
            with: [
                "primary": primary, "primary_key": key, "primary_key_file": keyFile, "max_lag_ms": maxLagMs,
            ])
    }
}
