import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

/// A node that makes codes piece by piece among claims, until its power goes.
private final class BigLife {
    let node: SimulatedNode
    private let clock: ManualClock
    private var random: SeededGenerator
    private var running: [(begun: BigGeneration, written: Int)] = []
    /// All that were begun, as far as that was acknowledged.
    private(set) var begun: [MadeCodes] = []
    /// Those whose end was acknowledged, or whose end is not known.
    private(set) var ended: Set<EntityNumber> = []
    private var open: Set<EntityNumber> = []
    private var texts: [CodeText] = []

    init(_ node: SimulatedNode, _ clock: ManualClock, seed: UInt64) {
        self.node = node
        self.clock = clock
        random = SeededGenerator(seed: seed)
    }

    func live(steps: Int) throws {
        for _ in 0..<steps where !node.isDead {
            switch random.next() % 10 {
            case 0, 1: begin()
            case 2, 3, 4, 5: advance()
            case 6, 7, 8: claim()
            default: try node.apply()
            }
            if random.next() % 5 == 0 { clock.advance(seconds: 1) }
            checkView()
        }
    }

    private func begin() {
        guard running.count < 3 else { return }
        let order = GenerateCodes(
            tenant: .default, count: Int64(1 + random.next() % 40),
            terms: CodeTerms(maxUses: 3, metadata: [0x7B, 0x7D]))
        let made = node.decide { context throws(Rejection) in try BigGeneration.begin(order, in: &context) }
        guard case .some(.some(let generation)) = made else { return }
        running.append((generation, 0))
        begun.append(generation.codes)
    }

    private func advance() {
        guard let index = running.indices.randomElement(using: &random) else { return }
        let (generation, written) = running[index]
        let count = generation.codes.count
        if written < count, random.next() % 8 > 0 {
            let piece = written..<min(written + 1 + Int(random.next() % 15), count)
            if node.decide({ context throws(Rejection) in try generation.write(piece, in: &context) }) != nil {
                running[index].written = piece.upperBound
            }
            return
        }
        running.remove(at: index)
        guard written == count else {
            while node.decide({ PendingRanges.removePiece(ofRangeBefore: generation.range.end, in: &$0) }) == true {}
            return
        }
        if node.decide({ generation.finish(in: &$0) }) != nil {
            ended.insert(generation.codes.first)
            texts += generation.codes.views(0..<count, in: node.sequencer.transaction).compactMap {
                CodeText(raw: $0.text)
            }
        } else {
            open.insert(generation.codes.first)
        }
    }

    private func claim() {
        let commands = (0..<(1 + random.next() % 4)).compactMap { _ in
            texts.randomElement(using: &random).map { ClaimCommand.redeem($0, by: "r\(random.next() % 50)") }
        }
        if !commands.isEmpty { node.claim(commands) }
    }

    /// The sequencer's view and what it keeps of it in memory agree.
    private func checkView() {
        guard !node.isDead else { return }
        #expect(node.sequencer.pendingRanges == PendingRanges(reading: node.sequencer.transaction))
        let position = node.sequencer.logged.time
        for codes in begun {
            let seen = visible(codes, in: node.sequencer.transaction, now: position)
            #expect(seen == (ended.contains(codes.first) ? codes.count : 0))
        }
    }

    private func visible(_ codes: MadeCodes, in state: some StateReading, now: Timestamp) -> Int {
        (0..<codes.count).count { Codes.find(codes.number(at: $0), tenant: .default, state: state, now: now) != nil }
    }

    /// Checks that a recovered node shows every command whole or not at all, also once it has removed the abandoned
    /// ones.
    func check(_ again: SimulatedNode, _ place: Comment) throws {
        for round in 0..<2 {
            let snapshot = try again.settledSnapshot()
            let now = try snapshot.point().time
            #expect(Invariants.check(snapshot).isEmpty, place)
            #expect(snapshot.computeDigest() == (try snapshot.point().digest), place)
            var total = 0
            for codes in begun {
                let seen = visible(codes, in: snapshot, now: now)
                total += seen
                let mustBeThere = ended.contains(codes.first)
                let mayBeThere = mustBeThere || open.contains(codes.first)
                #expect(seen == (mustBeThere ? codes.count : 0) || mayBeThere && seen == codes.count, place)
            }
            let list = CodeQuery(tenant: .default, page: PageRequest(limit: PageRequest.limitMax))
            #expect(Codes.list(list, in: snapshot, now: now).items.count == total, place)
            if round == 1 {
                #expect(snapshot.count(Tables.codes) == total && snapshot.count(Tables.codeTexts) == total, place)
            }
            for range in again.sequencer.pendingRanges.ranges {
                while again.decide({ PendingRanges.removePiece(ofRangeBefore: range.end, in: &$0) }) == true {}
            }
        }
        #expect(again.sequencer.pendingRanges.isEmpty)
        for (command, outcome) in node.acknowledged {
            guard case .redeemed(let row, _) = outcome else { continue }
            let found = Redemptions.find(row.number, tenant: .default, state: again.sequencer.transaction)
            #expect(found?.redeemer == command.redeemer, place)
        }
    }
}

@Suite struct `A power cut in the middle of big commands` {
    private func operationCount(seed: UInt64, steps: Int) throws -> Int {
        let disk = SimulatedDisk()
        let clock = ManualClock()
        try BigLife(SimulatedNode(disk: disk, seed: seed, clock: clock), clock, seed: seed).live(steps: steps)
        return disk.operations.count
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `leaves every one of them whole or not at all, with LMDB at any earlier commit`(seed: UInt64) throws {
        let steps = 60
        for operation in stride(from: Int(seed), to: try operationCount(seed: seed, steps: steps), by: 7) {
            let disk = SimulatedDisk()
            disk.cutPower(atOperation: operation)
            let clock = ManualClock()
            guard let node = try? SimulatedNode(disk: disk, seed: seed, clock: clock) else { continue }
            let life = BigLife(node, clock, seed: seed)
            try life.live(steps: steps)
            var random = SeededGenerator(seed: seed &+ UInt64(operation))
            let copies: [String?] = [nil] + node.copies
            for copy in Set([copies.count - 1, Int(random.next() % UInt64(copies.count))]) {
                let survivor = disk.afterPowerCut(seed: random.next())
                let again = try SimulatedNode(disk: survivor, storeCopy: copies[copy], seed: seed, clock: clock)
                try life.check(again, "seed \(seed), operation \(operation), LMDB copy \(copy)")
            }
        }
    }

    @Test func `and a disk that is full take back what a piece has written, in memory as well`() throws {
        let disk = SimulatedDisk()
        let clock = ManualClock()
        let node = try SimulatedNode(disk: disk, seed: 7, clock: clock)
        let order = GenerateCodes(tenant: .default, count: 50)
        let made = node.decide { context throws(Rejection) in try BigGeneration.begin(order, in: &context) }
        guard case .some(.some(let generation)) = made else { throw NoSuchThing() }
        node.sequencer.setDiskFull(true)
        #expect(node.decide { context throws(Rejection) in try generation.write(0..<50, in: &context) } == nil)
        #expect(node.decide { context in generation.finish(in: &context) } == nil)
        #expect(node.decide { context throws(Rejection) in try BigGeneration.begin(order, in: &context) } == nil)
        #expect(node.sequencer.pendingRanges.ranges == [generation.range])
        node.sequencer.setDiskFull(false)
        #expect(node.decide { context throws(Rejection) in try generation.write(0..<50, in: &context) } != nil)
        #expect(node.decide { context in generation.finish(in: &context) } != nil)
        #expect(node.sequencer.pendingRanges.isEmpty)
        #expect(Invariants.check(try node.settledSnapshot()).isEmpty)
    }
}
