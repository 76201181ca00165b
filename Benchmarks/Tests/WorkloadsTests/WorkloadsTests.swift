import Foundation
import Testing
import Workloads

/// Every workload in its tiny size, so that none rots.
///
/// Times are not looked at; what is stable is.
@Suite(.serialized) struct `Workloads` {
    private let base = FileManager.default.temporaryDirectory.path

    private func value(_ name: String, in figures: [Figure]) -> Double {
        figures.first { $0.name.hasSuffix(name) }?.value ?? .infinity
    }

    @Test(arguments: [(1, Redeemers.sequential), (1, .uuid), (4000, .uuid)])
    func `the engine grants every claim within its space on disk`(codes: Int, redeemers: Redeemers) async throws {
        let workload = EngineWorkload(claims: 40_000, codes: codes, redeemers: redeemers, base: base)
        let (figures, granted) = try await workload.run()
        #expect(granted == 40_000)
        #expect(value("journal", in: figures) <= 40)
        #expect(value("LMDB", in: figures) <= 200)
        #expect(value("syncs", in: figures) <= 0.02)
    }

    @Test func `a replay applies every command`() async throws {
        let (_, replayed) = try await RecoveryWorkload(claims: 5000, base: base).replay()
        #expect(replayed >= 5000)
    }

    @Test func `HTTP grants every claim, single and in batches`() async throws {
        let workload = HTTPWorkload(
            requests: 500, connections: 16, batch: (lines: 200, requests: 3), rounds: 1, base: base)
        let (figures, allGranted) = try await workload.run()
        #expect(allGranted)
        #expect(figures.count == 4)
    }

    /// The gates: these figures hold on a busy machine as on a quiet one.
    ///
    /// Measured: 0.04 and 0.0007 for the engine; 1.3 and 2.55 over HTTP, of which one `recv` and one `send` a claim
    /// and the rest waiting, which is less the more clients there are to wait for.
    @Test func `a claim costs few allocations and system calls`() async throws {
        let (figures, allGranted) = try await CostsWorkload(claims: 60_000, requests: 30_000, base: base).run()
        #expect(allGranted)
        #expect(value("waiting: allocations", in: figures) <= 0.1)
        #expect(value("waiting: system calls", in: figures) <= 0.01)
        #expect(value("connections: allocations", in: figures) <= 2)
        #expect(value("connections: system calls", in: figures) <= 3.5)
    }

    @Test func `replicas end with the primary's state, and the log is small`() async throws {
        let workload = ReplicationWorkload(
            requests: 500, connections: 16, claims: 5000, rounds: 1, lagSeconds: 0.3, base: base)
        let (figures, allEqual) = try await workload.run()
        #expect(allEqual)
        #expect(value("shipped log", in: figures) <= 40)
    }

    @Test func `summaries count every redemption`() async throws {
        let (figures, isRight) = try await MetricsWorkload(claims: 5000, calls: 10, base: base).run()
        #expect(isRight && figures.count == 4)
    }
}
