import Domain
import Foundation
import Journal
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct `A disk that fails` {
    private func prepared(_ disk: SimulatedDisk, _ clock: ManualClock) throws -> (SimulatedNode, CodeText) {
        let node = try SimulatedNode(disk: disk, seed: 1, clock: clock)
        let code = node.decide { context throws(Rejection) in
            try Codes.generate(
                GenerateCodes(tenant: .default, count: 1, terms: CodeTerms(maxUses: 1000)), in: &context
            ).text(at: 0)
        }
        guard let code, let text = CodeText(raw: code) else { throw NoSuchThing() }
        return (node, text)
    }

    @Test func `at any write or sync ends acknowledging, and a restart has all that was acknowledged`() throws {
        let clock = ManualClock()
        let rehearsal = SimulatedDisk()
        let (node, code) = try prepared(rehearsal, clock)
        let first = rehearsal.operations.count
        for number in 0..<6 { node.claim([.redeem(code, by: "r\(number)")]) }
        for operation in first..<rehearsal.operations.count {
            let disk = SimulatedDisk()
            let (node, code) = try prepared(disk, clock)
            disk.fail(operation: operation, code: EIO)
            for number in 0..<6 { node.claim([.redeem(code, by: "r\(number)")]) }
            #expect(node.sequencer.failure != nil, "operation \(operation)")
            #expect(node.acknowledged.count < 6)
            node.claim([.redeem(code, by: "later")])
            #expect(node.acknowledged.allSatisfy { $0.command.redeemer.text != "later" })
            let again = try SimulatedNode(disk: disk.afterPowerCut(seed: 3), seed: 1, clock: clock)
            #expect(try again.eventViolations() == [])
            let snapshot = try again.settledSnapshot()
            for (_, outcome) in node.acknowledged {
                guard case .redeemed(let row, _) = outcome else { continue }
                #expect(Redemptions.find(row.number, tenant: .default, state: snapshot) != nil)
            }
        }
    }

    @Test func `when it is full refuses claims, still answers replays, and continues when there is room`() throws {
        let clock = ManualClock()
        let disk = SimulatedDisk()
        let (node, code) = try prepared(disk, clock)
        node.claim([.redeem(code, by: "first")])
        disk.setCapacity(0)
        var granted = 0
        for number in 0..<400 {
            let before = node.acknowledged.count
            node.claim([.redeem(code, by: "filler \(number) \(String(repeating: "x", count: 80))")])
            if node.acknowledged.count == before { break }
            granted += 1
        }
        #expect(granted > 0 && granted < 400, "the preallocated segment still took some, then there was no room")
        #expect(node.sequencer.failure == nil)
        // Longer than the fillers: what has no room for them has none for this one.
        let newcomer = "nobody yet \(String(repeating: "y", count: 100))"
        node.claim([.redeem(code, by: "first"), .redeem(code, by: newcomer)])
        guard case .redeemed(_, already: true)? = node.acknowledged.last?.outcome else {
            Issue.record("a replay needs no room and must be answered")
            return
        }
        disk.setCapacity(.max)
        node.claim([.redeem(code, by: newcomer)])
        #expect(node.acknowledged.last?.outcome.isNew == true)
        let snapshot = try node.settledSnapshot()
        #expect(Invariants.check(snapshot).isEmpty)
        #expect(snapshot.count(Tables.redemptions) == granted + 2)
        #expect(try node.eventViolations() == [])
    }

    @Test func `with too little free space refuses before it is too late`() async throws {
        let node = try TemporaryEngine { $0.freeDiskBytesMin = .max }
        await #expect(throws: EngineError.self) { try await node.makeCode(maxUses: 1) }
        #expect(node.engine.status.phase == .ready)
        // The sequencer publishes its state after it has answered.
        for _ in 0..<1000 where !node.engine.status.diskFull { try await Task.sleep(for: .milliseconds(10)) }
        #expect(node.engine.status.diskFull)
    }

    @Test func `a full inbox takes the word of a new primary all the same`() throws {
        let inbox = Inbox(capacity: 1)
        let mailbox = Mailbox { _ in }
        let code = try #require(CodeText(raw: "A"))
        let claims = [ClaimSubmission(command: .redeem(code, by: "r"), token: 1)]
        #expect(inbox.put(claims, mailbox: mailbox) == 1)
        #expect(inbox.put(claims, mailbox: mailbox) == 0)
        let word = Control<Int>({ _ in 1 }, answer: { _ in })
        #expect(inbox.put(word) == .accepted)
    }

    @Test func `a full inbox refuses instead of growing`() async throws {
        let node = try TemporaryEngine { $0.inboxCapacity = 10 }
        let code = try await node.makeCode(maxUses: 100_000)
        let answered = Atomic<Int>(0)
        let mailbox = node.engine.makeMailbox { answered.add($0.count, ordering: .relaxed) }
        let claims = (0..<5000).map {
            ClaimSubmission(command: .redeem(code, by: "r\($0)"), token: UInt64($0))
        }
        let accepted = node.engine.submit(claims, to: mailbox)
        #expect(accepted == 10)
        node.engine.close()
        #expect(answered.load(ordering: .relaxed) == accepted, "what was accepted is answered, also while closing")
        #expect(node.engine.submit(claims, to: mailbox) == 0)
    }
}
