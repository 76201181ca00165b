import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

@Suite struct `A power cut under load` {
    private static let campaignPlaces: UInt64 = 60

    /// A seeded stretch of life: claims, holds, confirmations, releases, expiries, commits.
    private func live(_ node: SimulatedNode, _ clock: ManualClock, seed: UInt64, batches: Int) throws {
        var random = SeededGenerator(seed: seed)
        guard
            let code = node.decide({ context throws(Rejection) in
                let campaign = try Self.campaign(in: &context)
                return try Codes.generate(
                    GenerateCodes(
                        tenant: .default, count: 1, terms: CodeTerms(campaign: campaign, maxUses: 40)), in: &context
                ).text(at: 0)
            }), let text = CodeText(raw: code)
        else { return }
        for _ in 0..<batches where !node.isDead {
            let commands = (0..<(1 + random.next() % 8)).map { _ in
                ClaimCommand.redeem(
                    text, by: "r\(random.next() % 90)", quantity: UInt32(1 + random.next() % 2),
                    kind: random.next() % 3 == 0 ? .hold(ttlSeconds: UInt32(1 + random.next() % 20)) : .redeem)
            }
            node.claim(commands)
            if random.next() % 3 == 0 { clock.advance(seconds: Int64(random.next() % 5)) }
            if random.next() % 4 == 0 { try node.apply() }
            try releaseSomething(node, &random)
        }
    }

    private static func campaign(in context: inout DecisionContext) throws(Rejection) -> EntityNumber {
        if let known = Campaigns.number(key: "launch", tenant: .default, state: context.state) { return known }
        return try Campaigns.create(
            CreateCampaign(
                tenant: .default, key: "launch", name: "Launch", type: "multi_use", status: "active",
                maxRedemptionsTotal: Int64(campaignPlaces), perUserLimit: 3), in: &context
        ).number
    }

    private func releaseSomething(_ node: SimulatedNode, _ random: inout SeededGenerator) throws {
        guard random.next() % 3 == 0, let victim = node.acknowledged.randomElement(using: &random) else { return }
        let release = random.next() % 2 == 0
        let extend = random.next() % 3 == 0
        node.decide { context throws(Rejection) in
            switch victim.outcome {
            case .held(let hold, _) where extend:
                _ = try Holds.extend(hold.number, bySeconds: 9, tenant: .default, in: &context)
            case .held(let hold, _) where release:
                _ = try Holds.release(hold.number, tenant: .default, in: &context)
            case .held(let hold, _):
                _ = try Holds.confirm(hold.number, tenant: .default, in: &context)
            case .redeemed(let row, _) where release:
                _ = try Redemptions.release(row.number, tenant: .default, in: &context)
            default: break
            }
        }
    }

    /// Everything acknowledged is there, and every rule of the domain holds.
    private func check(_ node: SimulatedNode, has acknowledged: SimulatedNode, _ place: Comment) throws {
        let snapshot = try node.settledSnapshot()
        #expect(Invariants.check(snapshot).isEmpty, place)
        #expect(try node.eventViolations() == [], place)
        #expect(snapshot.computeDigest() == (try snapshot.point().digest), place)
        for (command, outcome) in acknowledged.acknowledged {
            switch outcome {
            case .redeemed(let row, _):
                let found = Redemptions.find(row.number, tenant: .default, state: snapshot)
                #expect(found?.redeemer == command.redeemer && found?.quantity == row.quantity, place)
            case .held(let hold, _):
                let found = Holds.find(hold.number, tenant: .default, state: snapshot)
                #expect(found?.redeemer == command.redeemer, place)
            case .refused: break
            }
        }
    }

    private func operationCount(seed: UInt64, batches: Int) throws -> Int {
        let disk = SimulatedDisk()
        let clock = ManualClock()
        try live(SimulatedNode(disk: disk, seed: seed, clock: clock), clock, seed: seed, batches: batches)
        return disk.operations.count
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `at every write and sync loses nothing acknowledged, with LMDB at any earlier commit`(
        seed: UInt64
    ) throws {
        let batches = 12
        // The first seed visits every operation, the others every third.
        let step = seed == 1 ? 1 : 3
        for operation in stride(from: 0, to: try operationCount(seed: seed, batches: batches), by: step) {
            let disk = SimulatedDisk()
            disk.cutPower(atOperation: operation)
            let clock = ManualClock()
            guard let node = try? SimulatedNode(disk: disk, seed: seed, clock: clock) else { continue }
            try live(node, clock, seed: seed, batches: batches)
            #expect(node.isDead)
            var random = SeededGenerator(seed: seed &+ UInt64(operation))
            let copies: [String?] = [nil] + node.copies
            let chosen = Set([0, copies.count - 1, Int(random.next() % UInt64(copies.count))])
            for copy in chosen {
                let survivor = disk.afterPowerCut(seed: random.next())
                let again = try SimulatedNode(disk: survivor, storeCopy: copies[copy], seed: seed, clock: clock)
                try check(again, has: node, "seed \(seed), operation \(operation), LMDB copy \(copy)")
            }
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `followed by more life and more cuts keeps all promises`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let clock = ManualClock()
        var disk = SimulatedDisk()
        var previous: SimulatedNode?
        var lost = 0
        for round in 0..<10 {
            let next = disk.operations.count + Int(random.next() % 60)
            disk.cutPower(atOperation: next)
            guard let node = try? SimulatedNode(disk: disk, storeCopy: previous?.copies.last, seed: seed, clock: clock)
            else {
                lost += 1
                disk = disk.afterPowerCut(seed: random.next())
                continue
            }
            try live(node, clock, seed: seed &+ UInt64(round), batches: 20)
            disk = disk.afterPowerCut(seed: random.next())
            let recovered = try SimulatedNode(disk: disk.copy(), storeCopy: node.copies.last, seed: seed, clock: clock)
            try check(recovered, has: node, "seed \(seed), round \(round)")
            if !node.copies.isEmpty { previous = node }
        }
        #expect(lost < 10)
    }
}
