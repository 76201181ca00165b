import Engine
import Foundation
import Journal
import LMDB
import Projections
import Synchronization
import TestSupport
import Testing

@testable import Domain
@testable import Store

@Suite struct `Indexes of states` {
    /// Makes a directory with codes and holds in every state, and closes it.
    private func fill(_ directory: TemporaryDirectory, metrics: Bool = false) async throws {
        let node = try TemporaryEngine(in: directory, { $0.projections = metrics ? [MetricsProjection()] : [] })
        for number in 0..<30 {
            let code = try await node.makeCode(maxUses: Int64(1 + number % 2))
            let hold = ClaimKind.hold(ttlSeconds: 1000)
            _ = try await node.engine.claim(.redeem(code, by: "r\(number)", kind: number % 3 == 0 ? hold : .redeem))
        }
        node.engine.close()
    }

    /// The parts that a start computes anew.
    private func derivedParts(
        _ directory: TemporaryDirectory, metrics: Bool = false, rebuilds: Bool = false
    ) throws -> Set<ProjectionID> {
        var configuration = EngineConfiguration(directory: directory.path + "/data")
        configuration.mapBytes = 1 << 30
        configuration.freeDiskBytesMin = 0
        configuration.projections = metrics ? [MetricsProjection()] : []
        configuration.rebuildsDerived = rebuilds
        var parts: Set<ProjectionID> = []
        let (engine, _) = try Engine.open(
            configuration, derivingProgress: { projection, _ in parts.insert(projection.id) })
        engine.close()
        return parts
    }

    /// Changes derived tables behind everybody's back.
    private func tamper(
        _ directory: TemporaryDirectory, _ change: (StateStore, inout WriteTransaction) throws -> Void
    ) throws {
        let store = try StateStore.open(
            path: directory.path + "/data/store", tables: Tables.all, projections: StateIndexes.all,
            mapBytes: 1 << 30)
        var transaction = try store.environment.beginWrite()
        try change(store, &transaction)
        try transaction.commit()
    }

    private func removeNote(of id: ProjectionID, _ store: StateStore, _ transaction: inout WriteTransaction) throws {
        let meta = try #require(store.derived(id)).meta
        try transaction.delete(meta, [id.rawValue].span.bytes)
    }

    private func check(_ directory: TemporaryDirectory, _ name: String) throws -> VerificationReport.Check {
        let report = try Verification.run(directory: directory.path + "/data")
        return try #require(report.checks.first { $0.name == name })
    }

    @Test func `are made by the first start on a directory that has none, and kept from then on`() async throws {
        let directory = try TemporaryDirectory("old")
        try await fill(directory)
        try tamper(directory) { store, transaction in
            for projection in StateIndexes.all {
                for table in projection.tables { try transaction.deleteAll(store.table(table.id)) }
                try removeNote(of: projection.id, store, &transaction)
            }
        }
        #expect(try check(directory, "code_states").outcome == .skipped)
        #expect(try derivedParts(directory) == [.codeStates, .holdStates, .referralStates, .rewardStates])
        #expect(try derivedParts(directory) == [])
        for name in ["code_states", "hold_states"] { #expect(try check(directory, name).outcome == .passed) }
        let node = try TemporaryEngine(in: directory)
        let counts = try await node.engine.read { snapshot, now in
            let codes = CodeState.allCases.map {
                Codes.list(CodeQuery(tenant: .default, state: $0), in: snapshot, now: now).items.count
            }
            let held = Holds.list(HoldQuery(tenant: .default, state: .held), in: snapshot, now: now).items.count
            return codes + [held]
        }.value
        #expect(counts == [20, 10, 0, 0, 0, 10])
        node.engine.close()
    }

    @Test func `are rebuilt each alone`() async throws {
        let directory = try TemporaryDirectory("stale")
        try await fill(directory, metrics: true)
        #expect(try derivedParts(directory, metrics: true) == [])
        try tamper(directory) { try removeNote(of: .holdStates, $0, &$1) }
        #expect(try derivedParts(directory, metrics: true) == [.holdStates])
        #expect(
            try derivedParts(directory, metrics: true, rebuilds: true)
                == [.codeStates, .holdStates, .referralStates, .rewardStates, .metrics])
    }

    @Test(arguments: [ProjectionID.codeStates, .holdStates], 0...3)
    func `that are damaged are found by a verification and mended by a rebuild`(id: ProjectionID, kind: Int)
        async throws
    {
        let directory = try TemporaryDirectory("damaged")
        try await fill(directory)
        let name = id == .codeStates ? "code_states" : "hold_states"
        let table = id == .codeStates ? DerivedTableIDs.codeStates : DerivedTableIDs.holdStates
        #expect(try check(directory, name).outcome == .passed)
        try tamper(directory) { store, transaction in
            var records: [(key: [UInt8], value: [UInt8])] = []
            try store.snapshot().scan(table, prefix: Key(), from: nil, descending: false) { key, value in
                records.append((key.withUnsafeBytes { Array($0) }, value.withUnsafeBytes { Array($0) }))
                return true
            }
            let record = records[kind % records.count]
            switch kind {
            case 0: try transaction.delete(store.table(table), record.key.span.bytes)
            case 1: try transaction.put(store.table(table), (record.key + [1]).span.bytes, record.value.span.bytes)
            default:
                var value = record.value
                value[value.count - 1] ^= 1
                try transaction.put(store.table(table), record.key.span.bytes, value.span.bytes)
            }
        }
        let found = try check(directory, name)
        #expect(found.outcome == .failed && found.violations.count == 1)
        #expect(found.violations.first?.hasPrefix(name) == true)
        _ = try derivedParts(directory, rebuilds: true)
        #expect(try check(directory, name).outcome == .passed)
    }

    @Test func `are in a directory that was restored from a snapshot`() async throws {
        let directory = try TemporaryDirectory("restored")
        try await fill(directory)
        let node = try TemporaryEngine(in: directory)
        var bytes = Data()
        try node.engine.writeSnapshot { bytes.append(contentsOf: $0) }
        node.engine.close()
        let file = directory.path + "/snapshot"
        try bytes.write(to: URL(filePath: file))
        let other = try TemporaryDirectory("copy")
        try SnapshotLoader.restore(file: file, into: other.path + "/data", mapBytes: 1 << 28)
        for name in ["code_states", "hold_states"] { #expect(try check(other, name).outcome == .passed) }
    }
}
