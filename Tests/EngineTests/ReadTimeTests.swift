import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

@Suite struct `One time for all reads` {
    private let clock = ManualClock()

    private func node() throws -> TemporaryEngine { try TemporaryEngine(seams: EngineSeams(clock: clock)) }

    private func makeCode(_ node: TemporaryEngine, secondsToLive: Int64) async throws -> EntityNumber {
        let end = node.engine.now.adding(seconds: secondsToLive)
        return try await node.engine.decide { context throws(Rejection) in
            try Codes.generate(
                GenerateCodes(tenant: .default, count: 1, terms: CodeTerms(maxUses: 5, expiresAt: end)), in: &context
            ).number(at: 0)
        }.value
    }

    /// The states that a list, lists by state and a single look give a code.
    private func states(_ engine: Engine, _ number: EntityNumber) async throws -> [CodeState] {
        let listed = try await engine.read { snapshot, now in
            var states = Codes.list(CodeQuery(tenant: .default), in: snapshot, now: now).items.map(\.state)
            for state in CodeState.allCases {
                let query = CodeQuery(tenant: .default, state: state)
                states += Codes.list(query, in: snapshot, now: now).items.map { _ in state }
            }
            return states
        }.value
        let single = try await engine.view { state, now in
            Codes.find(number, tenant: .default, state: state, now: now)?.state
        }.value
        return listed + (single.map { [$0] } ?? [])
    }

    @Test func `a code expires everywhere at once although nothing is written`() async throws {
        let node = try node()
        let number = try await makeCode(node, secondsToLive: 2)
        #expect(try await states(node.engine, number) == [.active, .active, .active])
        let position = node.engine.position
        clock.advance(seconds: 2)
        #expect(try await states(node.engine, number) == [.expired, .expired, .expired])
        #expect(node.engine.position == position)
    }

    @Test func `what has expired stays so when the wall clock jumps back, and time continues`() async throws {
        let node = try node()
        let number = try await makeCode(node, secondsToLive: 5)
        let later = try await makeCode(node, secondsToLive: 100)
        clock.advance(seconds: 5)
        let before = try await node.engine.read { _, now in now }
        clock.jump(seconds: -3600)
        let after = try await node.engine.read { _, now in now }
        #expect(after.value == before.value && after.time == after.value)
        #expect(try await states(node.engine, number).last == .expired)
        clock.advanceMonotonic(seconds: 94)
        #expect(try await states(node.engine, later).last == .active)
        clock.advanceMonotonic(seconds: 1)
        #expect(try await states(node.engine, later).last == .expired)
        #expect(node.engine.now == before.value.adding(seconds: 95))
    }

    @Test func `no read is before what was decided, and no decision before what was read`() async throws {
        let node = try node()
        let code = try await node.makeCode(maxUses: 100)
        var last = node.engine.now
        for step in 0..<30 {
            switch step % 4 {
            case 0: clock.advance(seconds: 3)
            case 1: clock.jump(seconds: -5)
            case 2: clock.advanceMonotonic(seconds: 1)
            default: clock.jump(seconds: 4)
            }
            let times = [
                try await node.engine.read { _, now in now }.value,
                try await node.engine.claim(.redeem(code, by: "r\(step)")).time,
                try await node.engine.view { _, now in now }.value,
                node.engine.now,
            ]
            #expect(([last] + times).sorted() == [last] + times)
            last = times[3]
        }
    }

    @Test func `a hold whose time is over is expired in lists and alone, by whichever state it is asked`() async throws
    {
        let node = try node()
        let code = try await node.makeCode(maxUses: 3)
        let outcome = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 600))).value
        guard case .held(let hold, _) = outcome else { throw NoSuchThing() }
        _ = try await node.engine.read { _, _ in }
        // The sequencer sleeps until then on the real clock, so that the row still says `held`.
        clock.advance(seconds: 600)
        let (states, row) = try await node.engine.read(current: false) { snapshot, now in
            var states: [HoldState] = []
            for state in HoldState.allCases {
                let query = HoldQuery(tenant: .default, state: state)
                states += Holds.list(query, in: snapshot, now: now).items.map(\.state)
            }
            states += Holds.list(HoldQuery(tenant: .default), in: snapshot, now: now).items.map(\.state)
            return (states, Holds.find(hold.number, tenant: .default, state: snapshot)?.state)
        }.value
        #expect(states == [.expired, .expired])
        #expect(row == .held)
        let single = try await node.engine.view { state, now in
            Holds.find(hold.number, tenant: .default, state: state, now: now)?.state
        }.value
        #expect(single == .expired)
    }

    @Test func `holds are written down as expired by the node's time, also after a jump back`() async throws {
        let node = try node()
        let code = try await node.makeCode(maxUses: 3)
        _ = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 2)))
        clock.jump(seconds: -3600)
        clock.advanceMonotonic(seconds: 2)
        while node.engine.status.waiting(.hold) > 0 { _ = try await node.engine.read { _, _ in } }
        #expect(try await node.violations() == [])
    }

    @Test func `a node that takes over continues where the primary's time was, at its own pace`() {
        let time = NodeClock(clock, startingAt: Timestamp(milliseconds: 1000))
        clock.jump(seconds: -1_700_000_000)
        clock.advanceMonotonic(seconds: 7200)
        let heard = Timestamp(milliseconds: clock.wallMilliseconds() + 3_600_000)
        time.hear(heard)
        clock.advance(seconds: 5)
        #expect(time.now(leads: false) == heard)
        time.hear(Timestamp(milliseconds: 2000))
        #expect(time.now(leads: false) == heard)
        #expect(time.now(leads: true) == heard.adding(seconds: 5))
        clock.advance(seconds: 1)
        #expect(time.now(leads: true) == heard.adding(seconds: 6))
    }
}
