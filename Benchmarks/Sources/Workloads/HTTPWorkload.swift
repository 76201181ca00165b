import Domain
import Engine
import Foundation
import HTTPServer
import Journal
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Claims over HTTP, one a request and in batches, beside a bare server that answers a constant, in one run.
public struct HTTPWorkload: Sendable {
    /// Requests in a round of single claims.
    public var requests: Int
    /// Keep-alive connections.
    public var connections: Int
    /// Claims in one batch request, and how many such requests there are in a round.
    public var batch: (lines: Int, requests: Int)
    /// Interleaved rounds; medians are reported.
    public var rounds: Int
    /// Where data goes.
    public var base: String

    private static let key = "usher_benchmark_root_key_0123456789"
    /// The answer of the bare server: as long as a granted claim's.
    static let constant =
        #"{"ok":true,"already":false,"redemption":{"id":1234567890123456,"code_id":2345678901234567,"campaign_id":null,"#
        + #""redeemer_id":"1234567890123","invitation_id":null,"quantity":1,"#
        + #""redeemed_at":"2026-01-01T00:00:00.000Z"},"referral":null,"position":"1-123456"}"#

    /// Configures the workload.
    public init(requests: Int, connections: Int = 256, batch: (lines: Int, requests: Int), rounds: Int, base: String) {
        self.requests = requests
        self.connections = connections
        self.batch = batch
        self.rounds = rounds
        self.base = base
    }

    /// Runs all rounds.
    ///
    /// - Returns: figures, and whether every claim of every round was granted.
    public func run() async throws -> (figures: [Figure], allGranted: Bool) {
        let directory = try BenchDirectory(under: base)
        let (engine, _) = try Engine.open(EngineConfiguration(directory: directory.path + "/data"))
        let places = rounds * (requests + batch.lines * batch.requests) + 1
        let code = try await EngineWorkload.makeCodes(engine, count: 1, uses: places)[0].text
        let server = try await RunningServer(engine, key: HTTPWorkload.key)
        let serverGroup = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let clientGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bare = try await BareServer(on: serverGroup, body: HTTPWorkload.constant)
        var rates: (usher: [Double], bare: [Double], batch: [Double]) = ([], [], [])
        var allGranted = true
        for round in 0..<rounds {
            let single = body(code, "s\(round)")
            let bareResult = try await client(bare.port, single).run(requests: requests, on: clientGroup)
            rates.bare.append(Double(bareResult.answered) / bareResult.seconds)
            let result = try await client(server.port, single).run(requests: requests, on: clientGroup)
            rates.usher.append(Double(result.answered) / result.seconds)
            let lines = batchBody(code, "b\(round)")
            let batches = try await LoadClient(
                port: server.port, connections: 2, path: "/api/invitations/redeem/batch", key: HTTPWorkload.key,
                makeBody: lines
            ).run(requests: batch.requests, on: clientGroup)
            rates.batch.append(Double(batches.succeeded * batch.lines) / batches.seconds)
            allGranted = allGranted && result.succeeded == requests && batches.succeeded == batch.requests
        }
        let granted = engine.status.counts.claims.redeemed
        try await bare.close()
        try await server.stop()
        try await serverGroup.shutdownGracefully()
        try await clientGroup.shutdownGracefully()
        allGranted = allGranted && granted == UInt64(places - 1)
        return (figures(rates), allGranted)
    }

    private func figures(_ rates: (usher: [Double], bare: [Double], batch: [Double])) -> [Figure] {
        let ratios = zip(rates.usher, rates.bare).map { $0 / $1 }
        return [
            Figure("HTTP, single claims, \(connections) connections", median(rates.usher), "claims/s"),
            Figure("bare SwiftNIO server, a constant, \(connections) connections", median(rates.bare), "answers/s"),
            Figure("ratio of the two", median(ratios), "", goal: ">= 0.6"),
            Figure("/redeem/batch, \(batch.lines) lines a request", median(rates.batch), "claims/s", goal: ">= 150000"),
        ]
    }

    private func client(_ port: Int, _ body: @escaping @Sendable (Int) -> String) -> LoadClient {
        LoadClient(
            port: port, connections: connections, path: "/api/invitations/redeem", key: HTTPWorkload.key,
            makeBody: body)
    }

    private func body(_ code: String, _ prefix: String) -> @Sendable (Int) -> String {
        { number in #"{"code":""# + code + #"","redeemer_id":""# + prefix + "-" + String(number) + #""}"# }
    }

    private func batchBody(_ code: String, _ prefix: String) -> @Sendable (Int) -> String {
        let single = body(code, prefix)
        let lines = batch.lines
        return { number in
            var text = ""
            text.reserveCapacity(lines * 64)
            for line in 0..<lines {
                text += single(number * lines + line)
                text += "\n"
            }
            return text
        }
    }
}

/// An Usher server in this process.
final class RunningServer: Sendable {
    let port: Int
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(_ engine: Engine, key: String) async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        var configuration = ServerConfiguration(version: "benchmark")
        configuration.port = 0
        configuration.rootKey = key
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = UsherServer(engine: engine, configuration: configuration, logger: logger) { address in
            continuation.yield(address.port ?? 0)
        }
        let group = ServiceGroup(services: [server], logger: logger)
        self.group = group
        task = Task { try await group.run() }
        var iterator = ports.makeAsyncIterator()
        port = await iterator.next() ?? 0
    }

    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }
}
