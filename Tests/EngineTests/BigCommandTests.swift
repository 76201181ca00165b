import Domain
import Journal
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("Big commands of an engine")
struct BigCommandTests {
    private func order(_ count: Int64, length: Int64 = 10) -> GenerateCodes {
        GenerateCodes(
            tenant: .default, count: count, length: length,
            terms: CodeTerms(maxUses: 2, metadata: Array(#"{"batch":1}"#.utf8)))
    }

    @Test("let others claim between their pieces, and show all codes at one position")
    func interleaved() async throws {
        let node = try TemporaryEngine { $0.layerEntries = 4000 }
        let engine = node.engine
        let code = try await node.makeCode(maxUses: 1_000_000)
        let order = order(50_000)
        let isRunning = Atomic<Bool>(true)
        async let generation = {
            defer { isRunning.store(false, ordering: .releasing) }
            return try await engine.generateCodes(order)
        }()
        var claims: [LogPosition] = []
        var lists: Set<Int> = []
        while isRunning.load(ordering: .acquiring) {
            claims.append(try await engine.claim(.redeem(code, by: "r\(claims.count)")).position)
            if claims.count % 5 == 0 { lists.insert(try await engine.codesListed()) }
        }
        let made = try await generation
        #expect(lists.isSubset(of: [1, 50_001]), "half of a batch was listed: \(lists)")
        // Every piece is a command of its own; if others came between them, their positions are not all on one side.
        let between = claims.filter { $0 < made.position }
        #expect(between.count > 5 && Set(between).count == between.count)
        #expect(made.position.sequence > UInt64(between.count) + 50)
        #expect(try await engine.codesListed() == 50_001)
        #expect(try await node.violations().isEmpty)
        let views = try await engine.read { snapshot, _ in made.value.views(0..<50_000, in: snapshot) }.value
        #expect(Set(views.map(\.text)).count == 50_000)
    }

    @Test("show none of their codes or all of them in lists by state, whichever index a list comes from")
    func listsByState() async throws {
        let node = try TemporaryEngine { $0.layerEntries = 4000 }
        let engine = node.engine
        let campaign = try await node.makeCampaign()
        let code = try await node.makeCode(campaign: campaign.number, maxUses: 1_000_000)
        var order = order(12_000)
        order.terms.campaign = campaign.number
        let asked = order
        let isRunning = Atomic<Bool>(true)
        async let generation = {
            defer { isRunning.store(false, ordering: .releasing) }
            return try await engine.generateCodes(asked)
        }()
        var seen: [String: Set<Int>] = [:]
        var number = 0
        while isRunning.load(ordering: .acquiring) {
            _ = try await engine.claim(.redeem(code, by: "r\(number)"))
            number += 1
            for (name, count) in try await codes(of: engine, campaign: campaign.number) {
                seen[name, default: []].insert(count)
            }
        }
        _ = try await generation
        for name in ["active", "active, by campaign", "by campaign"] {
            #expect(seen[name]?.isSubset(of: [1, 12_001]) == true, "\(name): \(seen[name] ?? [])")
            #expect(seen[name]?.contains(1) == true, "a list was made while the command ran")
        }
        for state in CodeState.allCases where state != .active { #expect(seen[state.word] == [0], "\(state.word)") }
        let after = try await codes(of: engine, campaign: campaign.number)
        #expect(after["active"] == 12_001 && after["active, by campaign"] == 12_001)
    }

    /// Counts the codes that each kind of list shows, all in one state.
    private func codes(of engine: Engine, campaign: EntityNumber) async throws -> [String: Int] {
        try await engine.read { snapshot, now in
            func count(_ query: CodeQuery) -> Int {
                var (query, count) = (query, 0)
                while true {
                    let page = Codes.list(query, in: snapshot, now: now)
                    count += page.items.count
                    guard let next = page.next else { return count }
                    query.page.after = next
                }
            }
            let page = PageRequest(limit: PageRequest.limitMax)
            var counts: [String: Int] = [:]
            for state in CodeState.allCases {
                counts[state.word] = count(CodeQuery(tenant: .default, state: state, page: page))
            }
            counts["by campaign"] = count(CodeQuery(tenant: .default, campaign: campaign, page: page))
            counts["active, by campaign"] = count(
                CodeQuery(tenant: .default, campaign: campaign, state: .active, page: page))
            return counts
        }.value
    }

    @Test("that the engine's end interrupts are undone by the next start, while claims continue")
    func interrupted() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1_000_000)
        let start = node.engine.position.sequence
        let order = order(200_000)
        let generation = Task { [engine = node.engine] in try await engine.generateCodes(order) }
        while node.engine.position.sequence < start + 8 { try await Task.sleep(for: .milliseconds(1)) }
        node.engine.close()
        await #expect(throws: EngineError.self) { try await generation.value }
        let again = try TemporaryEngine(in: node.directory)
        let pending = try await again.engine.view { state, _ in PendingRanges(reading: state).ranges.count }.value
        #expect(pending <= 1)
        var claims = 0
        while try await again.engine.view({ state, _ in !PendingRanges(reading: state).isEmpty }).value {
            #expect(try await again.engine.claim(.redeem(code, by: "r\(claims)")).value.isNew)
            claims += 1
            #expect(try await again.engine.codesListed() == 1)
        }
        let rows = try await again.engine.read { snapshot, _ in
            (snapshot.count(Tables.codes), snapshot.count(Tables.documents))
        }.value
        #expect(rows == (1, 0))
        #expect(try await again.violations().isEmpty)
    }

    @Test("of an atomic import with a bad row leave nothing, and the mended file is taken at once")
    func atomicImport() async throws {
        let node = try TemporaryEngine()
        var rows = (1...4000).map { ImportRow(line: $0, text: "PARTNER-\($0)") }
        rows[2500].text = "partner 7"
        rows[3999].terms.maxUses = 0
        let bad = ImportCodes(tenant: .default, rows: rows, atomic: true)
        let refused = try await node.engine.importCodes(bad).value
        #expect(refused.imported == 0)
        #expect(
            refused.failures.map(\.line) == [2501, 4000]
                && refused.failures.map(\.code) == ["duplicate", "invalid_field"])
        #expect(try await node.engine.codesListed() == 0)
        rows[2500].text = "PARTNER-2501"
        rows[3999].terms.maxUses = 1
        let good = ImportCodes(tenant: .default, rows: rows, atomic: true)
        let taken = try await node.engine.importCodes(good).value
        #expect(taken.imported == 4000 && taken.failures.isEmpty)
        #expect(try await node.engine.codesListed() == 4000)
        #expect(try await node.violations().isEmpty)
    }

    @Test("whose ending is refused leave nothing")
    func givenUp() async throws {
        let node = try TemporaryEngine()
        struct Refused: Error {}
        let rows = (1...3000).map { ImportRow(line: $0, text: "GIVEN-UP-\($0)") }
        let order = ImportCodes(tenant: .default, rows: rows)
        await #expect(throws: Refused.self) {
            try await node.engine.importCodes(order) { report in
                #expect(report.imported == 3000)
                throw Refused()
            }
        }
        await #expect(throws: Rejection.notFound(entity: "Campaign")) {
            try await node.engine.importCodes(order) { _ in
                { context throws(Rejection) in
                    context.state.put(Tables.settings, PendingRanges.key) { $0.append(byte: 0) }
                    throw .notFound(entity: "Campaign")
                }
            }
        }
        #expect(try await node.engine.codesListed() == 0)
        let left = try await node.engine.read { snapshot, _ in snapshot.count(Tables.codeTexts) }.value
        #expect(left == 0)
        #expect(try await node.engine.importCodes(order).value.imported == 3000)
        #expect(try await node.violations().isEmpty)
    }

    @Test("are refused beyond a few at a time")
    func tooMany() async throws {
        let node = try TemporaryEngine()
        let order = order(30_000)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<BigCommands.concurrentMax + 3 {
                group.addTask { [engine = node.engine] in
                    do {
                        _ = try await engine.generateCodes(order)
                        return true
                    } catch let error as EngineError {
                        #expect(error.code == .overloaded)
                        return false
                    } catch {
                        Issue.record("\(error)")
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == BigCommands.concurrentMax)
        #expect(try await node.engine.codesListed() == BigCommands.concurrentMax * 30_000)
        #expect(try await node.violations().isEmpty)
    }

    @Test("continue when their caller is gone")
    func callerGone() async throws {
        let node = try TemporaryEngine()
        let order = order(8000)
        let caller = Task { [engine = node.engine] in try await engine.generateCodes(order) }
        try await Task.sleep(for: .milliseconds(5))
        caller.cancel()
        _ = try? await caller.value
        while try await node.engine.codesListed() == 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await node.engine.codesListed() == 8000)
    }
}
