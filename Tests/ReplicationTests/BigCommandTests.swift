import Domain
import Engine
import Journal
import Store
import TestSupport
import Testing

@Suite("Big commands and replicas")
struct BigCommandTests {
    private func pending(_ engine: Engine) async throws -> Int {
        try await engine.view { state, _ in PendingRanges(reading: state).ranges.count }.value
    }

    @Test("a replica shows all codes of a big command or none, at every position")
    func following() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        let order = GenerateCodes(tenant: .default, count: 12_000)
        let generation = Task { [engine = node.engine] in try await engine.generateCodes(order) }
        var counts: Set<Int> = []
        while !counts.contains(12_001) { counts.insert(try await replica.engine.codesListed()) }
        #expect(counts.isSubset(of: [1, 12_001]), "\(counts)")
        let made = try await generation.value
        try await replica.reach(made.position)
        let texts = try await node.engine.read { snapshot, _ in made.value.views(0..<12_000, in: snapshot) }.value
        let copies = try await replica.engine.read { snapshot, _ in made.value.views(0..<12_000, in: snapshot) }.value
        #expect(texts == copies)
        await replica.stop()
    }

    @Test("a replica that is promoted in the middle removes what there is, while it takes claims")
    func promotion() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1_000_000)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        let order = GenerateCodes(tenant: .default, count: 100_000)
        let start = node.engine.position.sequence
        let generation = Task { [engine = node.engine] in try await engine.generateCodes(order) }
        while replica.engine.position.sequence < start + 6 { try await Task.sleep(for: .milliseconds(1)) }
        try await replica.engine.promote()
        _ = try await node.engine.learn(epoch: replica.engine.standing.epoch, primary: nil)
        await #expect(throws: EngineError.self) { try await generation.value }
        var claims = 0
        repeat {
            #expect(try await replica.engine.claim(.redeem(code, by: "r\(claims)")).value.isNew)
            claims += 1
            #expect(try await replica.engine.codesListed() == 1)
        } while try await pending(replica.engine) > 0
        let rows = try await replica.engine.read { snapshot, _ in snapshot.count(Tables.codes) }.value
        #expect(rows == 1)
        // The new primary carries out its own.
        let made = try await replica.engine.generateCodes(GenerateCodes(tenant: .default, count: 3000))
        #expect(made.value.count == 3000)
        #expect(try await replica.engine.codesListed() == 3001)
        let found = try await replica.engine.read { snapshot, _ in Invariants.check(snapshot).map(\.description) }.value
        #expect(found.isEmpty)
        await replica.stop()
    }
}
