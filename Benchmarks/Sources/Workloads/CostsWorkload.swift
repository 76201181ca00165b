internal import CProcessCounts
import Domain
import Engine
import Foundation
import Journal
import NIOCore
import NIOPosix

/// Counts the allocations and system calls of a claim: figures that do not depend on the load of a machine.
///
/// Counts the server's threads only; the ones that play the clients are left out.
public struct CostsWorkload: Sendable {
    /// Claims of the engine's part.
    public var claims: Int
    /// Requests of the HTTP part.
    public var requests: Int
    /// Where data goes.
    public var base: String

    private static let key = "usher_benchmark_root_key_0123456789"

    /// Configures the workload.
    public init(claims: Int, requests: Int, base: String) {
        self.claims = claims
        self.requests = requests
        self.base = base
    }

    /// The counts since it was made.
    private struct Meter {
        private let allocations = process_counts_allocations()
        private let calls = process_counts_system_calls()

        func figures(_ name: String, per count: Int) -> [Figure] {
            [
                Figure(
                    "\(name): allocations", Double(process_counts_allocations() - allocations) / Double(count),
                    "per claim"),
                Figure(
                    "\(name): system calls", Double(process_counts_system_calls() - calls) / Double(count), "per claim"),
            ]
        }
    }

    /// Runs both parts.
    ///
    /// - Returns: figures, and whether every claim was granted.
    public func run() async throws -> (figures: [Figure], allGranted: Bool) {
        let (engineFigures, granted) = try await engine()
        let (httpFigures, succeeded) = try await http()
        return (engineFigures + httpFigures, granted == claims && succeeded == requests)
    }

    private func engine() async throws -> ([Figure], granted: Int) {
        let directory = try BenchDirectory(under: base)
        let (engine, _) = try Engine.open(EngineConfiguration(directory: directory.path + "/data"))
        defer { engine.close() }
        let workload = EngineWorkload(claims: claims, redeemers: .uuid, base: base)
        let texts = try await EngineWorkload.makeCodes(engine, count: 1, uses: claims)
        let load = Load(engine: engine, workload: workload, texts: texts)
        load.prepare()
        let figures = await Task {
            process_counts_leave_out_this_thread()
            let meter = Meter()
            load.run()
            return meter.figures("engine, 8192 waiting", per: claims)
        }.value
        return (figures, load.granted)
    }

    private func http() async throws -> ([Figure], succeeded: Int) {
        let directory = try BenchDirectory(under: base)
        let (engine, _) = try Engine.open(EngineConfiguration(directory: directory.path + "/data"))
        let code = try await EngineWorkload.makeCodes(engine, count: 1, uses: 2 * requests + 512)[0].text
        let server = try await RunningServer(engine, key: CostsWorkload.key)
        let clients = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await clients.next().submit { process_counts_leave_out_this_thread() }.get()
        func client(_ prefix: String) -> LoadClient {
            LoadClient(port: server.port, connections: 256, path: "/api/invitations/redeem", key: CostsWorkload.key) {
                #"{"code":""# + code + #"","redeemer_id":""# + prefix + String($0) + #""}"#
            }
        }
        // The key is asked for once, on the general path; then connections begin on the fast one.
        _ = try await client("warm").run(requests: 512, on: clients)
        let meter = Meter()
        let result = try await client("r").run(requests: requests, on: clients)
        let figures = meter.figures("HTTP, 256 connections", per: requests)
        try await server.stop()
        try await clients.shutdownGracefully()
        return (figures, result.succeeded)
    }
}
