import Domain
import Engine
import Foundation
import Journal
import NIOCore
import NIOPosix
import Projections
import Replication

/// A primary and two replicas in one process, over HTTP: what following costs, how far replicas are behind, how fast
/// they catch up and bootstrap.
///
/// Clients, primary and replicas share the machine's cores, so that the primary's throughput also falls by what the
/// replicas themselves need. Followers that read the log and throw it away show what following alone costs.
public struct ReplicationWorkload: Sendable {
    /// Requests in a round of single claims.
    public var requests: Int
    /// Keep-alive connections.
    public var connections: Int
    /// Claims that a replica catches up with, and that it is bootstrapped with.
    public var claims: Int
    /// Interleaved rounds; medians are reported.
    public var rounds: Int
    /// Seconds of load while the lag is measured.
    public var lagSeconds: Double
    /// Where data goes.
    public var base: String

    private static let key = "usher_benchmark_root_key_0123456789"

    /// Configures the workload.
    public init(
        requests: Int, connections: Int = 256, claims: Int, rounds: Int, lagSeconds: Double, base: String
    ) {
        self.requests = requests
        self.connections = connections
        self.claims = claims
        self.rounds = rounds
        self.lagSeconds = lagSeconds
        self.base = base
    }

    /// Runs everything.
    ///
    /// - Returns: figures, and whether all nodes ended with the same state.
    public func run() async throws -> (figures: [Figure], allEqual: Bool) {
        let directory = try BenchDirectory(under: base)
        let (engine, _) = try Engine.open(EngineConfiguration(directory: directory.path + "/primary"))
        let code = try await EngineWorkload.makeCodes(engine, count: 1, uses: 1_000_000_000)[0]
        let server = try await RunningServer(engine, key: Self.key)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let upstream = HTTPUpstream(url: "http://127.0.0.1:\(server.port)", key: Self.key)
        let (names, paths) = (["one", "two"], ["one", "two"].map { directory.path + "/" + $0 })
        var figures: [Figure] = []

        // Throughput without, with reading, and with full followers.
        for path in paths { _ = try await Bootstrap.run(directory: path, from: upstream) }
        var rates: (alone: [Double], read: [Double], replicas: [Double]) = ([], [], [])
        for round in 0..<rounds {
            rates.alone.append(try await rate(code, "a\(round)", server.port, group))
            let readers = names.map { name in Task { try await Self.read(upstream, engine.syncedPoint, name) } }
            rates.read.append(try await rate(code, "b\(round)", server.port, group))
            for reader in readers { reader.cancel() }
            let replicas = try paths.map { try BenchReplica($0, upstream) }
            for replica in replicas { try await replica.reach(engine.position) }
            rates.replicas.append(try await rate(code, "c\(round)", server.port, group))
            for replica in replicas { await replica.stop() }
        }
        let alone = median(rates.alone)
        figures += [
            Figure("HTTP, single claims, no follower", alone, "claims/s"),
            Figure(
                "with two followers that only read, ratio", median(zip(rates.read, rates.alone).map { $0 / $1 }), "",
                goal: ">= 0.9"),
            Figure(
                "with two replicas on the same cores, ratio",
                median(zip(rates.replicas, rates.alone).map { $0 / $1 }), ""),
        ]

        // Lag at half of the peak, with both replicas.
        var replicas = try paths.map { try BenchReplica($0, upstream) }
        for replica in replicas { try await replica.reach(engine.position) }
        figures += try await lag(
            behind: engine, replicas, code, perSecond: median(rates.replicas) / 2, server.port, group)
        for replica in replicas { await replica.stop() }

        // Catching up with what came meanwhile.
        let bytes = engine.status.counts.frameBytes
        let before = engine.position.sequence
        let ingest = try await seconds { try await Self.ingest(engine, code, claims) }
        let missed = Double(engine.position.sequence - before)
        let shipped = Double(engine.status.counts.frameBytes - bytes) / missed
        let one = try BenchReplica(paths[0], upstream)
        let elapsed = try await seconds { try await one.reach(engine.position) }
        await one.stop()
        figures += [
            Figure("a replica catches up", missed / elapsed, "claims/s"),
            Figure("that is, times the HTTP rate of the primary", missed / elapsed / alone, "", goal: ">= 3"),
            Figure("that is, times the rate of its engine alone", missed / elapsed / (missed / ingest), ""),
            Figure("shipped log", shipped, "bytes/claim", goal: "<= 40"),
        ]

        // Bootstrap: exactly `claims` claims in a primary of its own.
        figures.append(try await bootstrap(directory.path))

        replicas = try paths.map { try BenchReplica($0, upstream) }
        for replica in replicas { try await replica.reach(engine.position) }
        let allEqual = replicas.allSatisfy { $0.engine.syncedPoint == engine.syncedPoint }
        for replica in replicas { await replica.stop() }
        try await server.stop()
        try await group.shutdownGracefully()
        return (figures, allEqual)
    }

    // MARK: Parts

    private func rate(
        _ code: CodeText, _ prefix: String, _ port: Int, _ group: MultiThreadedEventLoopGroup, perSecond: Double? = nil,
        requests: Int? = nil
    ) async throws -> Double {
        let text = code.text
        let client = LoadClient(
            port: port, connections: connections, path: "/api/invitations/redeem", key: Self.key,
            requestsPerSecond: perSecond
        ) { number in #"{"code":""# + text + #"","redeemer_id":""# + prefix + "-" + String(number) + #""}"# }
        let result = try await client.run(requests: requests ?? self.requests, on: group)
        return Double(result.succeeded) / result.seconds
    }

    /// Follows as a follower does on the wire, and keeps nothing.
    private static func read(_ upstream: HTTPUpstream, _ start: JournalPoint, _ name: String) async throws {
        let identity = FollowerIdentity(node: name)
        let stream = try await upstream.openStream(after: start, as: identity)
        while try await stream.next() != nil, !Task.isCancelled {}
    }

    /// Samples how long after the primary a replica has the primary's position.
    private func lag(
        behind engine: Engine, _ replicas: [BenchReplica], _ code: CodeText, perSecond: Double, _ port: Int,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> [Figure] {
        let samplers = replicas.map { replica in
            Task {
                var lags: [Double] = []
                while !Task.isCancelled {
                    let target = engine.position
                    let elapsed = await seconds { try? await replica.reach(target) }
                    lags.append(elapsed * 1000)
                    try? await Task.sleep(for: .milliseconds(2))
                }
                return lags
            }
        }
        let achieved = try await rate(
            code, "lag", port, group, perSecond: perSecond, requests: Int(perSecond * lagSeconds))
        var lags: [Double] = []
        for sampler in samplers {
            sampler.cancel()
            lags += await sampler.value
        }
        lags.sort()
        return [
            Figure("load while the lag is measured", achieved, "claims/s"),
            Figure("replica lag, p50", lags[lags.count / 2], "ms", goal: "<= 20"),
            Figure("replica lag, p99", lags[lags.count * 99 / 100], "ms", goal: "<= 100"),
            Figure("replica lag, worst", lags[lags.count - 1], "ms"),
        ]
    }

    private static func ingest(_ engine: Engine, _ code: CodeText, _ claims: Int) async throws {
        let workload = EngineWorkload(claims: claims, redeemers: .uuid, base: "")
        let load = Load(engine: engine, workload: workload, texts: [code])
        load.prepare()
        load.run()
    }

    private func bootstrap(_ path: String) async throws -> Figure {
        let (engine, _) = try Engine.open(EngineConfiguration(directory: path + "/source"))
        let code = try await EngineWorkload.makeCodes(engine, count: 1, uses: claims)[0]
        try await Self.ingest(engine, code, claims)
        let server = try await RunningServer(engine, key: Self.key)
        let upstream = HTTPUpstream(url: "http://127.0.0.1:\(server.port)", key: Self.key)
        let elapsed = try await seconds {
            _ = try await Bootstrap.run(directory: path + "/copy", from: upstream)
            let replica = try BenchReplica(path + "/copy", upstream)
            try await replica.reach(engine.position)
            await replica.stop()
        }
        try await server.stop()
        return Figure(
            "bootstrap of \(claims) claims, from nothing to caught up, metrics included", elapsed, "s",
            goal: claims == 1_000_000 ? "<= 5" : nil)
    }
}

/// A replica in this process.
final class BenchReplica: Sendable {
    let engine: Engine
    private let running: Task<Void, any Error>

    init(_ path: String, _ upstream: HTTPUpstream) throws {
        var configuration = EngineConfiguration(directory: path)
        configuration.role = .replica
        configuration.projections = [MetricsProjection()]
        let engine = try Engine.open(configuration).engine
        self.engine = engine
        let follower = Follower(
            engine: engine, upstream: upstream, identity: FollowerIdentity(node: engine.directory.node),
            makeUpstream: { _ in upstream })
        running = Task { try await follower.run() }
    }

    func reach(_ position: LogPosition) async throws {
        try await engine.wait(for: position, timeoutMilliseconds: 600_000)
    }

    func stop() async {
        running.cancel()
        _ = try? await running.value
        await engine.drain()
    }
}
