import Journal
import Store
import Synchronization
import TestSupport
import Testing

@testable import Domain
@testable import Engine

@Suite struct `Revoking a campaign's codes` {
    /// A node with codes of a campaign.
    private func node(_ count: Int64, in directory: TemporaryDirectory? = nil) async throws -> (
        node: TemporaryEngine, campaign: EntityNumber
    ) {
        let node = try TemporaryEngine(in: directory) { $0.layerEntries = 4000 }
        let campaign = try await node.makeCampaign().number
        _ = try await node.engine.generateCodes(
            GenerateCodes(tenant: .default, count: count, length: 10, terms: CodeTerms(campaign: campaign)))
        return (node, campaign)
    }

    /// The number of codes in a state.
    private func count(_ engine: Engine, _ state: CodeState) async throws -> Int {
        try await engine.read { snapshot, now in
            var query = CodeQuery(tenant: .default, state: state, page: PageRequest(limit: PageRequest.limitMax))
            var count = 0
            while true {
                let page = Codes.list(query, in: snapshot, now: now)
                count += page.items.count
                guard let next = page.next else { return count }
                query.page.after = next
            }
        }.value
    }

    @Test func `lets others claim between its pieces, and half of it is never seen`() async throws {
        let (node, campaign) = try await node(12_000)
        let engine = node.engine
        let code = try await node.makeCode(maxUses: 1_000_000)
        let isRunning = Atomic<Bool>(true)
        async let revocation = {
            defer { isRunning.store(false, ordering: .releasing) }
            return try await engine.revokeCodes(RevokeCodes(tenant: .default, .campaign(campaign)))
        }()
        var (claims, seen) = ([LogPosition](), Set<Int>())
        while isRunning.load(ordering: .acquiring) {
            claims.append(try await engine.claim(.redeem(code, by: "r\(claims.count)")).position)
            if claims.count % 4 == 0 { seen.insert(try await count(engine, .revoked)) }
        }
        let revoked = try await revocation
        #expect(revoked.value == RevokedCodes(revoked: 12_000, already: 0, unknown: []))
        #expect(seen.isSubset(of: [0, 12_000]) && seen.contains(12_000), "\(seen)")
        #expect(claims.count { $0 < revoked.position } > 1)
        #expect(try await count(engine, .revoked) == 12_000)
        #expect(try await count(engine, .active) == 1)
        let again = try await engine.revokeCodes(RevokeCodes(tenant: .default, .campaignKey("launch")))
        #expect(again.value == RevokedCodes(revoked: 0, already: 12_000, unknown: []))
        #expect(try await node.violations().isEmpty)
    }

    @Test func `is decided at once, whatever other big commands are under way or have left`() async throws {
        let (node, campaign) = try await node(3000)
        let all = node.engine.shared.bigCommands
        for _ in 0..<BigCommands.concurrentMax { #expect(all.enter(.whole) && all.enter(.fed)) }
        #expect(!all.enter(.whole) && !all.enter(.fed))
        // Left by a command that somebody is still removing.
        let left = try #require(
            try await node.engine.decide { context throws(Rejection) in
                try BigGeneration.begin(GenerateCodes(tenant: .default, count: 2000), in: &context)
            }.value)
        let revoked = try await node.engine.revokeCodes(RevokeCodes(tenant: .default, .campaign(campaign)))
        #expect(revoked.value == RevokedCodes(revoked: 3000, already: 0, unknown: []))
        #expect(try await count(node.engine, .revoked) == 3000)
        while try await node.engine.view({ state, _ in !PendingRanges(reading: state).isEmpty }).value {}
        #expect(left.codes.count == 2000)
        #expect(try await node.violations().isEmpty)
    }

    @Test func `that the engine's end interrupts stays done, and the next start writes what is left`() async throws {
        let (node, campaign) = try await node(30_000)
        let start = node.engine.position.sequence
        let revocation = Task { [engine = node.engine] in
            try await engine.revokeCodes(RevokeCodes(tenant: .default, .campaign(campaign)))
        }
        while node.engine.position.sequence < start + 4 { try await Task.sleep(for: .milliseconds(1)) }
        node.engine.close()
        let failure = await #expect(throws: EngineError.self) { try await revocation.value }
        #expect(failure?.code == .outcomeUnknown)
        let again = try TemporaryEngine(in: node.directory)
        while try await again.engine.view({ state, _ in !PendingRanges(reading: state).isEmpty }).value {
            #expect(try await count(again.engine, .revoked) == 30_000)
        }
        #expect(try await count(again.engine, .revoked) == 30_000)
        #expect(try await again.violations().isEmpty)
        let more = try await again.engine.revokeCodes(RevokeCodes(tenant: .default, .campaign(campaign)))
        #expect(more.value.already == 30_000)
    }

    @Test func `runs beside big commands that make codes of it, which stay as they are`() async throws {
        let (node, campaign) = try await node(5000)
        let engine = node.engine
        let order = GenerateCodes(
            tenant: .default, count: 20_000, length: 10, terms: CodeTerms(campaign: campaign))
        let start = engine.position.sequence
        async let made = engine.generateCodes(order)
        while engine.position.sequence < start + 3 { try await Task.sleep(for: .milliseconds(1)) }
        let revoked = try await engine.revokeCodes(RevokeCodes(tenant: .default, .campaign(campaign)))
        let position = try await made.position
        #expect(revoked.value.revoked == (revoked.position < position ? 5000 : 25_000))
        #expect(try await count(engine, .revoked) == revoked.value.revoked)
        #expect(try await node.violations().isEmpty)
    }
}
