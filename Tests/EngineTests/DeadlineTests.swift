import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

/// A thing that falls due is found in its table, however far ahead it was and however the clock moves.
@Suite struct `What falls due` {
    private func code(_ node: SimulatedNode, places: Int64) throws -> CodeText {
        node.decide { context throws(Rejection) in
            try Codes.createVanity(
                CreateVanityCode(tenant: .default, text: "PLACES", terms: CodeTerms(maxUses: places)), in: &context)
        }
        return try #require(CodeText(raw: "PLACES"))
    }

    private func hold(_ node: SimulatedNode, _ code: CodeText, by redeemer: String, seconds: UInt32) throws -> Hold {
        node.claim([.redeem(code, by: redeemer, kind: .hold(ttlSeconds: seconds))])
        guard case .held(let hold, _)? = node.acknowledged.last?.outcome else { throw NoSuchThing() }
        return hold
    }

    /// True if a hold is written down as live.
    private func isHeld(_ node: SimulatedNode, _ hold: Hold) -> Bool {
        Holds.find(hold.number, tenant: .default, state: node.sequencer.transaction)?.state == .held
    }

    @Test(arguments: [false, true], [false, true])
    func `in a week costs no memory until then, and is settled at its time`(
        isApplied: Bool, restarts: Bool
    ) throws {
        let clock = ManualClock()
        var node = try SimulatedNode(disk: SimulatedDisk(), seed: 1, clock: clock)
        let code = try code(node, places: 1)
        let hold = try hold(node, code, by: "a", seconds: 604_800)
        if isApplied { try node.apply() }
        #expect(node.sequencer.due.count == 0)
        if restarts {
            node = try SimulatedNode(disk: node.disk.copy(), storeCopy: node.copies.last, seed: 2, clock: clock)
        }
        clock.advance(seconds: 604_799)
        node.sequencer.run([])
        #expect(isHeld(node, hold) && node.sequencer.due.count == 1)
        node.claim([.redeem(code, by: "b")])
        #expect(node.acknowledged.last?.outcome.refusal == .exhausted)
        clock.advance(seconds: 1)
        node.claim([.redeem(code, by: "b")])
        #expect(node.acknowledged.last?.outcome.isNew == true)
        #expect(!isHeld(node, hold) && node.sequencer.counts.settled(.hold) == 1)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `is settled by the first batch at or after its time, in every tenant, over commits and restarts`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let clock = ManualClock()
        var node = try SimulatedNode(disk: SimulatedDisk(), seed: seed, clock: clock)
        let code = try code(node, places: 1000)
        var holds: [Hold] = []
        for step in 0..<60 {
            for person in 0..<(random.next() % 4) {
                let seconds = UInt32(1 + random.next() % [60, 3600, 40_000][Int(random.next() % 3)])
                holds.append(try hold(node, code, by: "\(step) \(person)", seconds: seconds))
            }
            if random.next() % 3 == 0 { try node.apply() }
            if random.next() % 10 == 0 {
                node = try SimulatedNode(disk: node.disk.copy(), storeCopy: node.copies.last, seed: seed, clock: clock)
            }
            clock.advance(seconds: Int64(random.next() % [5, 100, 4000, 20_000][Int(random.next() % 4)]))
            node.sequencer.run([])
            let now = clock.wallMilliseconds()
            for hold in holds {
                #expect(isHeld(node, hold) == (hold.expiresAt.milliseconds > now), "seed \(seed), step \(step)")
            }
        }
        let snapshot = try node.settledSnapshot()
        #expect(Invariants.check(snapshot).isEmpty)
    }

    @Test func `and nobody waits for makes way for what is awaited, and keeps no reader waiting`() throws {
        let clock = ManualClock()
        let node = try SimulatedNode(disk: SimulatedDisk(), seed: 3, clock: clock)
        for index in 0..<4000 as Range<UInt64> {
            node.decide { context in
                let key = IdempotencyKey(tenant: .default, credential: EntityNumber(rawValue: index), key: "k")
                let record = IdempotencyRecord(
                    fingerprint: [UInt8](repeating: 3, count: 32), createdAt: context.now, status: 200, kind: 0,
                    body: [1])
                Idempotency.store(record, for: key, in: &context)
            }
        }
        clock.advance(seconds: 86_400)
        #expect(node.sequencer.run([]).isEmpty)
        #expect(node.sequencer.counts.settled(.storedAnswer) == 1500, "3,000 records are 1,500 answers")
        let view = Decision<Int>(isView: true, { _ in 1 }, answer: { _ in })
        #expect(node.sequencer.run([.general(view)]).isEmpty, "a reader is answered")
        #expect(node.sequencer.counts.settled(.storedAnswer) == 1500, "the next turn comes a second later")
        for _ in 0..<2 {
            clock.advance(seconds: 1)
            node.sequencer.run([])
        }
        #expect(node.sequencer.counts.settled(.storedAnswer) == 4000 && node.sequencer.due.count == 0)
        let snapshot = try node.settledSnapshot()
        #expect(snapshot.count(Tables.idempotency) == 0 && Invariants.check(snapshot).isEmpty)
    }

    @Test func `is declared by the record of its table, and found there`() {
        #expect(Deadlines.of(.hold).table == Tables.holdsLive && Deadlines.of(.hold).isAwaited)
        #expect(Deadlines.of(.storedAnswer).table == Tables.idempotencyByTime && !Deadlines.of(.storedAnswer).isAwaited)
        #expect(DeadlineKind.allCases.map { Deadlines.of($0).table } == Deadlines.all.map { $0.table })
        #expect(DeadlineKind(rawValue: UInt8(Deadlines.all.count)) == nil)
    }
}
