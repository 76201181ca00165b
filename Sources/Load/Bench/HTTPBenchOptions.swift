/// What a run over HTTP is to do.
public struct HTTPBenchOptions: Sendable {
    /// What the clients do.
    public var workload: BenchWorkload
    /// Where claims go.
    public var endpoint: Endpoint
    /// Where reads go; nil means to the same server.
    public var replica: Endpoint?
    /// The key to show.
    public var key: String
    /// The tenant to act for.
    public var tenant: String?
    /// Keep-alive connections.
    public var connections = 256
    /// Requests under way on one connection.
    public var pipeline = 1
    /// Seconds that are measured.
    public var duration = 10.0
    /// Seconds before that.
    public var warmup = 1.0
    /// Requests a second, whatever the answers do; nil means that each waits for the one before.
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
    /// How redeemers are named.
    public var redeemers = RedeemerNames.Kind.sequential
    /// Whether to check afterwards.
    public var checks = true
    /// Decides every choice that is made by chance.
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
