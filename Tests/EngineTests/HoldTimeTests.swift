import Domain
import Engine
import Journal
import Store
import TestSupport
import Testing

@Suite struct `Holds and time` {
    private let clock = ManualClock()

    private func node(in directory: TemporaryDirectory? = nil) throws -> TemporaryEngine {
        try TemporaryEngine(in: directory, seams: EngineSeams(clock: clock))
    }

    @Test func `a hold's places are free at its expiry, not a moment earlier`() async throws {
        let node = try node()
        let code = try await node.makeCode(maxUses: 1)
        let held = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 10))).value
        #expect(held.isNew)
        clock.advance(seconds: 9)
        #expect(try await node.engine.claim(.redeem(code, by: "bob")).value.refusal == .exhausted)
        clock.advance(seconds: 1)
        #expect(try await node.engine.claim(.redeem(code, by: "bob")).value.isNew)
        #expect(try await node.violations() == [])
    }

    @Test func `holds that expire while others claim never let more in than there are places`() async throws {
        let node = try node()
        let code = try await node.makeCode(maxUses: 25)
        var granted = 0
        for round in 0..<12 {
            for client in 0..<10 {
                let kind: ClaimKind = client % 2 == 0 ? .hold(ttlSeconds: UInt32(1 + client)) : .redeem
                let outcome = try await node.engine.claim(.redeem(code, by: "r\(round)-\(client)", kind: kind)).value
                if case .redeemed(_, already: false) = outcome { granted += 1 }
            }
            clock.advance(seconds: 2)
            #expect(try await node.violations() == [])
        }
        clock.advance(seconds: 20)
        for client in 0..<25 {
            if try await node.engine.claim(.redeem(code, by: "last-\(client)")).value.isNew { granted += 1 }
        }
        #expect(granted == 25, "at the end every place went to a final claim: none was lost in a hold")
    }

    @Test func `holds survive a restart and expire at their time`() async throws {
        let directory = try TemporaryDirectory()
        let code: CodeText
        do {
            let node = try node(in: directory)
            code = try await node.makeCode(maxUses: 1)
            _ = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 100)))
            node.engine.close()
        }
        let node = try node(in: directory)
        clock.advance(seconds: 99)
        #expect(try await node.engine.claim(.redeem(code, by: "bob")).value.refusal == .exhausted)
        clock.advance(seconds: 1)
        #expect(try await node.engine.claim(.redeem(code, by: "bob")).value.isNew)
    }

    @Test func `log time never goes back when the clock does, and holds still run out`() async throws {
        let node = try node()
        let code = try await node.makeCode(maxUses: 1)
        let first = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 60)))
        clock.jump(seconds: -86_400)
        let second = try await node.engine.claim(.redeem(code, by: "bob"))
        #expect(second.time >= first.time)
        #expect(second.value.refusal == .exhausted)
        clock.advanceMonotonic(seconds: 60)
        let third = try await node.engine.claim(.redeem(code, by: "bob"))
        #expect(third.time >= second.time)
        #expect(third.value.isNew)
    }

    @Test func `log time does not go back over a restart with an earlier clock`() async throws {
        let directory = try TemporaryDirectory()
        let before: Decided<ClaimOutcome>
        let code: CodeText
        do {
            let node = try node(in: directory)
            code = try await node.makeCode(maxUses: 5)
            before = try await node.engine.claim(.redeem(code, by: "ada"))
            node.engine.close()
        }
        clock.jump(seconds: -1_000_000)
        let node = try node(in: directory)
        let after = try await node.engine.claim(.redeem(code, by: "bob"))
        #expect(after.time >= before.time)
        #expect(after.value.isNew)
    }

    @Test func `a clock that jumps forward ends holds, and their places can be had`() async throws {
        let node = try node()
        let code = try await node.makeCode(maxUses: 1)
        _ = try await node.engine.claim(.redeem(code, by: "ada", kind: .hold(ttlSeconds: 604_800)))
        clock.jump(seconds: 604_800)
        #expect(try await node.engine.claim(.redeem(code, by: "bob")).value.isNew)
        clock.jump(seconds: -604_800)
        #expect(try await node.engine.claim(.redeem(code, by: "ada")).value.refusal == .exhausted)
        #expect(try await node.violations() == [])
    }
}
