import Domain
import Engine
import Journal
import Replication
import Store
import TestSupport
import Testing

@Suite struct `The time of a replica` {
    private let clock = ManualClock()

    private struct Shown: Equatable {
        var codes: [CodeState]
        var holds: [HoldState]
        var expired: Int
        var single: CodeState?
        var position: LogPosition
        var asOf: Timestamp
    }

    /// All that two nodes show of codes and holds.
    private func shown(_ engine: Engine, _ number: EntityNumber) async throws -> Shown {
        let lists = try await engine.read { snapshot, now in
            (
                Codes.list(CodeQuery(tenant: .default), in: snapshot, now: now).items.map(\.state),
                Holds.list(HoldQuery(tenant: .default), in: snapshot, now: now).items.map(\.state),
                Codes.list(CodeQuery(tenant: .default, state: .expired), in: snapshot, now: now).items.count
            )
        }
        let single = try await engine.view { state, now in
            Codes.find(number, tenant: .default, state: state, now: now)?.state
        }
        return Shown(
            codes: lists.value.0, holds: lists.value.1, expired: lists.value.2, single: single.value,
            position: lists.position, asOf: lists.time)
    }

    @Test(arguments: [3600, -3600] as [Int64])
    func `is the primary's, whatever its own clock says`(seconds: Int64) async throws {
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock))
        let end = node.engine.now.adding(seconds: 1800)
        let number = try await node.engine.decide { context throws(Rejection) in
            try Codes.generate(
                GenerateCodes(tenant: .default, count: 3, terms: CodeTerms(maxUses: 5, expiresAt: end)), in: &context
            ).number(at: 0)
        }.value
        let code = try await node.makeCode(maxUses: 5)
        _ = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 7000)))
        let own = ManualClock(wallMilliseconds: clock.wallMilliseconds() + seconds * 1000)
        let directory = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(
            in: directory, from: LoopbackUpstream(node.engine),
            seams: EngineSeams(clock: own))
        try await replica.reach(node.engine.position)
        try await hears(replica.engine, of: node.engine.now)
        let before = try await shown(replica.engine, number)
        #expect(before.codes == [.active, .active, .active, .active] && before.single == .active)
        #expect(before == (try await shown(node.engine, number)))
        // Its own clock means nothing; a heartbeat of the primary does, without a frame.
        own.advance(seconds: 90_000)
        #expect(try await shown(replica.engine, number) == before)
        clock.advance(seconds: 1800)
        try await hears(replica.engine, of: node.engine.now)
        let after = try await shown(replica.engine, number)
        #expect(after.codes == [.active, .expired, .expired, .expired] && after.single == .expired)
        #expect(after.holds == [.held] && after.expired == 3 && after.position == before.position)
        #expect(after == (try await shown(node.engine, number)))
        await replica.stop()
    }

    @Test func `continues at its own pace when it takes over, never back`() async throws {
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock))
        let own = ManualClock(wallMilliseconds: clock.wallMilliseconds() - 3_600_000)
        let directory = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(
            in: directory, from: LoopbackUpstream(node.engine),
            seams: EngineSeams(clock: own))
        own.advanceMonotonic(seconds: 50_000)
        clock.advance(seconds: 60)
        try await hears(replica.engine, of: node.engine.now)
        let last = replica.engine.now
        try await replica.engine.promote()
        #expect(replica.engine.now == last)
        own.advance(seconds: 7)
        #expect(replica.engine.now == last.adding(seconds: 7))
        await replica.stop()
    }

    private func hears(_ engine: Engine, of time: Timestamp) async throws {
        while engine.now < time { try await Task.sleep(for: .milliseconds(5)) }
        #expect(engine.now == time)
    }
}
