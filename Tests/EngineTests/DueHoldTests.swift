import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

/// Many holds that are due at once are written down in pieces; every answer is as if all of them had come first.
@Suite struct `Holds that are due at once` {
    private let clock = ManualClock()

    private func node(seed: UInt64, piece: Int) throws -> SimulatedNode {
        let node = try SimulatedNode(disk: SimulatedDisk(), seed: seed, clock: clock)
        node.sequencer.duePerTurn = piece
        return node
    }

    private func campaign(_ node: SimulatedNode, _ key: String, places: Int64?, perUser: Int64) -> EntityNumber? {
        node.decide { context throws(Rejection) in
            try Campaigns.create(
                CreateCampaign(
                    tenant: .default, key: key, name: key, type: "multi_use", status: "active",
                    maxRedemptionsTotal: places, perUserLimit: perUser), in: &context
            ).number
        }
    }

    private func code(_ node: SimulatedNode, _ text: String, of campaign: EntityNumber?, places: Int64) throws
        -> CodeText
    {
        node.decide { context throws(Rejection) in
            try Codes.createVanity(
                CreateVanityCode(
                    tenant: .default, text: text, terms: CodeTerms(campaign: campaign, maxUses: places)), in: &context)
        }
        return try #require(CodeText(raw: text))
    }

    /// Claims in one batch, and gives the answers.
    private func claim(_ node: SimulatedNode, _ commands: [ClaimCommand]) -> [ClaimOutcome] {
        let before = node.acknowledged.count
        node.claim(commands)
        return node.acknowledged[before...].map(\.outcome)
    }

    @Test
    func `cost a claim one piece where it gets a place, all of them only where it would be refused for their sake`()
        throws
    {
        let node = try node(seed: 1, piece: 100)
        let full = try code(node, "FULL", of: nil, places: 900)
        let last = try code(node, "LAST", of: nil, places: 1)
        let sold = try code(node, "SOLD", of: nil, places: 1)
        let holds = (0..<900).map { ClaimCommand.redeem(full, by: "h\($0)", kind: .hold(ttlSeconds: 10)) }
        #expect(claim(node, holds).count { !$0.isNew } == 0)
        // The one that ends last, and still before the claims to come.
        clock.advance(seconds: 1)
        #expect(claim(node, [.redeem(last, by: "h", kind: .hold(ttlSeconds: 10))]).map(\.isNew) == [true])
        #expect(claim(node, [.redeem(sold, by: "first")]).map(\.isNew) == [true])
        clock.advance(seconds: 10)
        #expect(claim(node, [.redeem(full, by: "a")]).map(\.isNew) == [true])
        #expect(node.sequencer.counts.settled(.hold) == 100, "one piece made room")
        #expect(claim(node, [.redeem(sold, by: "b")]).map(\.refusal) == [.exhausted])
        #expect(node.sequencer.counts.settled(.hold) == 200, "no hold has a place of this code")
        #expect(claim(node, [.redeem(last, by: "c"), .redeem(full, by: "d")]).map(\.isNew) == [true, true])
        #expect(
            node.sequencer.counts.settled(.hold) == 901, "a place is never said to be gone for the sake of a due hold")
        #expect(claim(node, [.redeem(last, by: "e")]).map(\.refusal) == [.exhausted])
        let snapshot = try node.settledSnapshot()
        #expect(Invariants.check(snapshot).isEmpty)
    }

    @Test func `keep those who read back until all are written down, and nobody else`() throws {
        let node = try node(seed: 2, piece: 10)
        let code = try code(node, "FULL", of: nil, places: 100)
        let holds = (0..<95).map { ClaimCommand.redeem(code, by: "h\($0)", kind: .hold(ttlSeconds: 10)) }
        #expect(claim(node, holds).count { !$0.isNew } == 0)
        clock.advance(seconds: 10)
        var shown: [UInt64] = []
        let counter = Box()
        let view = Decision<UInt64>(
            isView: true,
            { context in
                let number = Codes.number(text: code, tenant: .default, state: context.state)
                return number.flatMap {
                    Codes.find($0, tenant: .default, state: context.state, now: context.now)?.capacity.held
                } ?? .max
            }, answer: { counter.held = try? $0.get().value })
        var late: [Work] = [.general(view)]
        var turns = 0
        while !late.isEmpty {
            #expect(counter.held == nil)
            late = node.sequencer.run(late)
            turns += 1
            if let held = counter.held { shown.append(held) }
            #expect(claim(node, [.redeem(code, by: "r\(turns)")]).map(\.isNew) == [true])
        }
        // Two pieces a turn: one with the view that waits, one with the claim.
        #expect(shown == [0] && turns == 6)
    }

    private final class Box: @unchecked Sendable {
        // Only touched on the test's own thread.
        var held: UInt64?
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `give every answer that they would give if all came first`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let nodes = [try node(seed: seed, piece: 1 + Int(random.next() % 3)), try node(seed: seed, piece: .max)]
        var codes: [CodeText] = []
        for (index, places) in [3, 10, 40].enumerated() {
            for node in nodes {
                let number = campaign(node, "c\(index)", places: Int64(places), perUser: Int64(1 + index * 2))
                for (part, share) in [2, 1].enumerated() {
                    let text = try code(node, "CODE\(index)X\(part)", of: number, places: Int64(places / share))
                    if !codes.contains(text) { codes.append(text) }
                }
            }
        }
        for _ in 0..<60 {
            let commands = (0..<(1 + random.next() % 20)).map { _ in
                ClaimCommand.redeem(
                    codes[Int(random.next() % UInt64(codes.count))], by: "r\(random.next() % 60)",
                    quantity: UInt32(1 + random.next() % 2),
                    kind: random.next() % 4 < 3 ? .hold(ttlSeconds: UInt32(1 + random.next() % 9)) : .redeem)
            }
            let answers = nodes.map { claim($0, commands).map { String(describing: $0) } }
            #expect(answers[0] == answers[1], "seed \(seed)")
            if random.next() % 3 == 0 { clock.advance(seconds: Int64(random.next() % 20)) }
            let (pick, step) = (random.next(), random.next() % 4)
            let others = nodes.map { other($0, codes, step: step, pick: pick) }
            #expect(others[0] == others[1], "seed \(seed)")
        }
        clock.advance(seconds: 20)
        for node in nodes {
            for _ in 0..<2000 { node.sequencer.run([]) }
            #expect(node.sequencer.due.count == 0)
        }
        let rows = try nodes.map(rows)
        #expect(rows[0] == rows[1], "seed \(seed)")
        let counts = nodes.map { String(describing: $0.sequencer.counts.claims) }
        #expect(counts[0] == counts[1])
        for node in nodes {
            let snapshot = try node.settledSnapshot()
            #expect(Invariants.check(snapshot).isEmpty)
        }
    }

    /// All records of a node but those of persons, where it depends on the order of a person's claims which of them lies in
    /// which record.
    private func rows(_ node: SimulatedNode) throws -> [[UInt8]: [UInt8]] {
        var rows: [[UInt8]: [UInt8]] = [:]
        let snapshot = try node.settledSnapshot()
        for table in Tables.all where table.id != Tables.claims {
            snapshot.scan(table.id, prefix: Key(), from: nil, descending: false) { key, value in
                rows[[table.id.rawValue] + key.withUnsafeBytes { Array($0) }] = value.withUnsafeBytes { Array($0) }
                return true
            }
        }
        return rows
    }

    /// A command that is no claim, and what came of it.
    private func other(_ node: SimulatedNode, _ codes: [CodeText], step: UInt64, pick: UInt64) -> String? {
        let victim =
            node.acknowledged.isEmpty
            ? nil : node.acknowledged[Int(pick % UInt64(node.acknowledged.count))].outcome
        let code = codes[Int(pick % UInt64(codes.count))]
        return node.decide { context throws(Rejection) -> String in
            do throws(Rejection) {
                switch (step, victim) {
                case (0, .held(let hold, _)?):
                    return String(describing: try Holds.confirm(hold.number, tenant: .default, in: &context))
                case (1, .held(let hold, _)?):
                    return String(describing: try Holds.release(hold.number, tenant: .default, in: &context).state)
                case (2, .held(let hold, _)?):
                    let outcome = try Holds.extend(
                        hold.number, bySeconds: UInt32(1 + pick % 9), tenant: .default, in: &context)
                    return String(describing: outcome)
                case (2, .redeemed(let row, _)?):
                    return "\(try Redemptions.release(row.number, tenant: .default, in: &context).number)"
                case (3, _):
                    guard let number = Codes.number(text: code, tenant: .default, state: context.state) else {
                        return ""
                    }
                    let change = PatchCode(
                        tenant: .default, number: number, maxUses: .set(Int64(1 + pick % 40)))
                    return "\(try Codes.patch(change, in: &context).capacity.limit ?? 0)"
                default: return ""
                }
            } catch {
                return "\(error)"
            }
        }
    }
}
