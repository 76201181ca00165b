/// The options of a run over HTTP.
public struct HTTPBenchOptions: Sendable {
    /// The behaviour of the clients.
    public var workload: BenchWorkload
    /// The server that claims are sent to.
    public var endpoint: Endpoint
    /// The server that reads are sent to; nil for the same one.
    public var replica: Endpoint?
    /// The key to show.
    public var key: String
    /// The tenant to act for.
    public var tenant: String?
    /// Keep-alive connections.
    public var connections = 256
    /// Requests under way on one connection.
    public var pipeline = 1
    /// Seconds of the measured time.
    public var duration = 10.0
    /// Seconds of the warm-up before it.
    public var warmup = 1.0
    /// Requests a second, sent without waiting for answers; nil lets each wait for the one before.
    public var rate: Double?
    /// Codes.
    public var codes = 1
    /// Places of each code.
    public var places = HTTPBenchOptions.placesWithoutEnd
    /// Clients, where they are a fixed number.
    public var clients = 10_000
    /// Event loops that send.
    public var threads = 1
    /// Claims in one batch.
    public var batchLines = 10_000
    /// The kind of names of the redeemers.
    public var redeemers = RedeemerNames.Kind.sequential
    /// True to check the server's lists after the run.
    public var checks = true
    /// The seed of every random choice.
    public var seed: UInt64 = 1

    /// More than a run can ask for.
    public static let placesWithoutEnd = 1_000_000_000

    /// Options with the defaults of a workload.
    public init(_ workload: BenchWorkload, endpoint: Endpoint, key: String) {
        self.workload = workload
        self.endpoint = endpoint
        self.key = key
        switch workload {
        case .spread: codes = 10_000
        case .lastPlaces: places = 1000
        case .batch: connections = 4
        case .spike: pipeline = 64
        case .hot, .replay, .holds, .mixed: break
        }
    }
}
