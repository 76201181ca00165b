import Domain
import Engine
import Foundation
import Journal
import Projections
import Store

/// Summaries over many redemptions.
public struct MetricsWorkload: Sendable {
    /// The number of redemptions.
    public var claims: Int
    /// The number of summaries to read.
    public var calls: Int
    /// Where data goes.
    public var base: String

    /// Configures the workload.
    public init(claims: Int, calls: Int, base: String) {
        self.claims = claims
        self.calls = calls
        self.base = base
    }

    /// Runs it on a new directory.
    ///
    /// - Returns: figures, and whether the summaries count every redemption.
    public func run() async throws -> (figures: [Figure], isRight: Bool) {
        let directory = try BenchDirectory(under: base)
        var configuration = EngineConfiguration(directory: directory.path + "/data")
        configuration.projections = [MetricsProjection()]
        let (engine, _) = try Engine.open(configuration)
        defer { engine.close() }
        let code = try await EngineWorkload.makeCodes(engine, count: 1, uses: claims)[0]
        var done = 0
        while done < claims {
            let count = min(500_000, claims - done)
            var workload = EngineWorkload(claims: count, redeemers: .uuid, base: "")
            workload.firstRedeemer = done
            let load = Load(engine: engine, workload: workload, texts: [code])
            load.prepare()
            load.run()
            precondition(load.granted == count, "every claim has a redeemer of its own")
            done += count
        }
        var figures: [Figure] = []
        var isRight = true
        for since in [nil, 30] as [Int?] {
            var times: [Double] = []
            for _ in 0..<calls {
                let start = ContinuousClock.now
                let summary = try await engine.read { snapshot, _ in
                    try Metrics(snapshot).summary(MetricsScope(tenant: .default), sinceDays: since)
                }.value
                times.append(Double((ContinuousClock.now - start).components.attoseconds) / 1e15)
                isRight = isRight && summary.redemptions == UInt64(claims)
            }
            times.sort()
            let name = "summary over \(claims) redemptions, \(since.map { "\($0) days" } ?? "all time")"
            figures += [
                Figure("\(name), p50", times[times.count / 2], "ms", goal: "<= 5"),
                Figure("\(name), p99", times[times.count * 99 / 100], "ms"),
            ]
        }
        return (figures, isRight)
    }
}
