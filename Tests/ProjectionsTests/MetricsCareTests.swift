import Engine
import Foundation
import Journal
import Store
import TestSupport
import Testing

@testable import Domain
@testable import Projections

private let all = MetricsScope(tenant: .default)

@Suite struct `Stale metrics` {
    @Test func `a store that was applied to without metrics is noticed, refused and rebuilt`() throws {
        let world = try MetricsWorld()
        let code = try #require(world.codes(maxUses: 9).first)
        world.claim(.code(code.text), by: "a")
        try world.restart(metrics: false)
        #expect(throws: MetricsError.stale) { try Metrics(try world.store.snapshot()) }
        world.claim(.code(code.text), by: "b")
        try world.restart(metrics: true)
        #expect(try world.store.projectionState(of: .metrics) == .stale)
        #expect(throws: MetricsError.stale) { try world.metrics() }
        // Layers applied meanwhile are not followed, and do no harm.
        world.claim(.code(code.text), by: "c")
        try world.commit()
        #expect(try world.store.projectionState(of: .metrics) == .stale)
        var told: [ProjectionProgress] = []
        try world.store.rebuildProjection(.metrics) { progress in
            told.append(progress)
            let state = try? world.store.projectionState(of: .metrics)
            #expect(state == .stale)
        }
        #expect(told.last.map { $0.done == $0.total && $0.total > 3 } == true)
        #expect(try world.metrics().summary(all).redemptions == 3)
        try expectAgreement(try world.commit(), [all], [nil, 1])
    }

    @Test func `a store that was only looked at without metrics stays right`() throws {
        let world = try MetricsWorld()
        _ = world.codes(3)
        try world.restart(metrics: false)
        try world.restart(metrics: true)
        #expect(try world.metrics().summary(all).codesIssued == 3)
    }

    @Test func `a code that changes what it was counted by makes them stale instead of wrong`() throws {
        let world = try MetricsWorld()
        world.putCode(1, createdAt: world.now)
        world.putRedemption(2, code: 1, at: world.now.adding(seconds: 9))
        try world.commit()
        world.putCode(1, createdAt: world.now.adding(seconds: 3))
        #expect(throws: MetricsError.stale) { try world.metrics() }
        try world.store.rebuildProjection(.metrics)
        #expect(try world.metrics().summary(all).waitMedianSeconds == 6)
    }
}

@Suite struct `Verifying metrics` {
    private func world() throws -> MetricsWorld {
        let world = try MetricsWorld()
        let code = try #require(world.codes(maxUses: 900, issuer: "ada").first)
        for number in 0..<20 {
            world.claim(.code(code.text), by: "r\(number)")
            try world.advance(milliseconds: 7000)
        }
        try world.commit()
        return world
    }

    private func verify(_ world: MetricsWorld) throws -> ProjectionVerification.Report {
        let scratch = try TemporaryDirectory("scratch")
        return try #require(
            try ProjectionVerification.run(
                MetricsProjection(), of: try world.store.snapshot(), scratch: scratch.path))
    }

    @Test(arguments: MetricsTables.all.map(\.id.rawValue), 0...6)
    func `any record that is changed or lost is noticed and named`(table: UInt8, index: Int) throws {
        let world = try world()
        #expect(try verify(world).differences == 0)
        let isRank = table == MetricsTables.issuersByRank.rawValue
        try world.corrupt(TableID(rawValue: table), at: index) { value in
            if index % 2 == 0 || isRank {
                value = isRank ? [1] : []
            } else {
                value[value.count - 1] ^= 1
            }
        }
        let report = try verify(world)
        #expect(report.differences == 1)
        #expect(report.examples.first?.hasPrefix("metrics_") == true)
    }
}

@Suite struct `An engine with metrics` {
    @Test func `keeps them through restarts, and computes them when it is turned on later`() async throws {
        let directory = try TemporaryDirectory("engine")
        let code = try await run(directory, metrics: true) { node in
            let code = try await node.makeCode(maxUses: 500)
            for number in 0..<50 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
            #expect(try await redemptions(node.engine) == 50)
            return code
        }
        try await run(directory, metrics: false) { node in
            for number in 0..<30 { _ = try await node.engine.claim(.redeem(code, by: "s\(number)")) }
            await #expect(throws: MetricsError.stale) { try await redemptions(node.engine) }
        }
        try await run(directory, metrics: true) { node in
            #expect(try await redemptions(node.engine) == 80)
            _ = try await node.engine.claim(.redeem(code, by: "again"))
            #expect(try await redemptions(node.engine) == 81)
        }
        #expect(try rebuiltRecords(directory, always: false) == 0)
        #expect(try rebuiltRecords(directory, always: true) > 81)
    }

    /// Counts the records that a start reads to compute the metrics anew.
    private func rebuiltRecords(_ directory: TemporaryDirectory, always: Bool) throws -> UInt64 {
        var configuration = EngineConfiguration(directory: directory.path + "/data")
        configuration.mapBytes = 1 << 30
        configuration.freeDiskBytesMin = 0
        configuration.projections = [MetricsProjection()]
        configuration.rebuildsDerived = always
        var records: UInt64 = 0
        let (engine, _) = try Engine.open(configuration, derivingProgress: { records = $1.done })
        engine.close()
        return records
    }

    /// Runs an engine for the length of a closure.
    @discardableResult
    private func run<Result>(
        _ directory: TemporaryDirectory, metrics: Bool, _ body: (TemporaryEngine) async throws -> Result
    ) async throws -> Result {
        let node = try TemporaryEngine(in: directory, { $0.projections = metrics ? [MetricsProjection()] : [] })
        let result = try await body(node)
        node.engine.close()
        return result
    }

    private func redemptions(_ engine: Engine) async throws -> UInt64 {
        try await engine.read { snapshot, _ in try Metrics(snapshot).summary(all).redemptions }.value
    }

    @Test func `a restored snapshot has them if they are asked for, and a verification proves them`() async throws {
        let directory = try TemporaryDirectory("restore")
        let file = directory.path + "/snapshot"
        try await writeSnapshot(to: file)
        try SnapshotLoader.restore(
            file: file, into: directory.path + "/data", mapBytes: 1 << 28,
            projections: [MetricsProjection()])
        let report = try Verification.run(directory: directory.path + "/data", projections: [MetricsProjection()])
        #expect(report.isClean)
        #expect(report.checks.last?.name == "metrics" && report.checks.last?.outcome == .passed)
        try SnapshotLoader.restore(file: file, into: directory.path + "/plain", mapBytes: 1 << 28)
        let plain = try Verification.run(directory: directory.path + "/plain", projections: [MetricsProjection()])
        #expect(plain.isClean && plain.checks.last?.outcome == .skipped)
    }

    private func writeSnapshot(to file: String) async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 500)
        for number in 0..<40 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        _ = try await node.engine.read { _, _ in }
        var bytes = Data()
        try node.engine.writeSnapshot { bytes.append(contentsOf: $0) }
        try bytes.write(to: URL(filePath: file))
        node.engine.close()
    }
}
