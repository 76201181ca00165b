public import Replication

/// The settings of the HTTP server.
///
/// Every default is meant for production.
public struct ServerConfiguration: Sendable, CustomStringConvertible {
    /// Where it listens, and never the key.
    public var description: String { "ServerConfiguration(\(host):\(port))" }

    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port = 8080
    /// Threads that serve connections.
    public var threads = 2
    /// The most open connections; beyond them only health is answered, all else is told 503.
    public var connectionsMax = 20_000
    /// Seconds in which a request must arrive, from its first byte on.
    public var requestSeconds = 30
    /// Seconds that a connection may be open with nothing to do.
    public var idleSeconds = 75
    /// Seconds that a client may leave answers unread.
    public var writeSeconds = 30
    /// Seconds in which a claim is answered, from when it was handed to the sequencer.
    public var claimSeconds = 30
    /// Seconds in which a line of a batch must find room among the commands that wait.
    public var lineSeconds = 10
    /// Seconds in which any other request is answered, and between two parts of its answer.
    public var routeSeconds = 120
    /// The most lines of one `/redeem/batch`.
    public var batchLinesMax = 100_000
    /// The key that may do everything; nil means that there is none on this node.
    public var rootKey: String?
    /// The folder of the system's zones of time; nil for that of `TZDIR`, else `/usr/share/zoneinfo`.
    public var zonesPath: String?
    /// The certificate that connections are secured by; nil for plain HTTP.
    public var tls: TLSIdentity?
    /// The way to other nodes, and whom it trusts.
    public var upstreamClient = UpstreamClient.standard
    /// The part of the requests that is written into the log, from 0 to 1.
    public var accessLogRate = 0.0
    /// The version that `/readyz?verbose`, `/metrics` and the API document show.
    public var version: String

    /// Configures a server.
    public init(version: String) {
        self.version = version
    }
}
