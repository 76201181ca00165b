import ArgumentParser

/// The options that every command that runs a node has.
struct NodeOptions: ParsableArguments {
    @Option(help: "The data directory; made if it does not exist (default ./data).", completion: .directory)
    var data: String?

    @Option(help: "Address and port, port 0 for a free one (default 127.0.0.1:7070).")
    var listen: String?

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

    @Option(help: "The most commands that wait to be decided; more are told 503 at once (default 65536).")
    var maxWaiting: String?

    @Option(help: "The URL at which other nodes and clients reach this one (default: from --listen).")
    var advertise: String?

    @Option(help: "A file with the certificate to secure connections by, and its chain.", completion: .file())
    var tlsCertificate: String?

    @Option(help: "A file with the key of that certificate.", completion: .file())
    var tlsKey: String?

    @Option(help: "A file with the authorities to trust at other nodes, not the machine's.", completion: .file())
    var ca: String?

    @Option(
        help:
            "The least level of lines in the log: trace, debug, info, notice, warning, error, critical (default info).")
    var logLevel: String?

    @Option(help: "The form of the log on standard error: text or json (default text).")
    var logFormat: String?

    @Option(help: "The part of the requests that is written into the log, from 0 to 1 (default 0).")
    var accessLog: String?

    /// The options given, by the names of the settings, with the options that only one command has.
    func flags(with others: [String: String?]) -> [String: String] {
        let own = [
            "data": data, "listen": listen, "root_key": rootKey, "root_key_file": rootKeyFile, "threads": threads,
            "max_connections": maxConnections, "max_waiting": maxWaiting,
            "advertise": advertise, "log_level": logLevel, "log_format": logFormat, "access_log": accessLog,
            "tls_certificate": tlsCertificate, "tls_key": tlsKey, "ca": ca,
        ]
        return own.merging(others) { own, _ in own }.compactMapValues { $0 }
    }
}
