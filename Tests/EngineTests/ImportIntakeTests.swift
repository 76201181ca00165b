import Domain
import Journal
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct `Imports whose rows come one after the other` {
    /// Signs that the parts of a test give each other.
    private final class Signals: Sendable {
        let isOver = Atomic<Bool>(false)
        let waiting = Atomic<Int>(0)
    }

    private func rows(_ numbers: Range<Int>) -> [ImportRow] {
        numbers.map { ImportRow(line: $0 + 2, text: "PARTNER-\($0)") }
    }

    private func stored(_ engine: Engine) async throws -> Int {
        try await engine.read { snapshot, _ in snapshot.count(Tables.codeTexts) }.value
    }

    @Test func `are stored as they come, seen by nobody, and all at once behind the last one`() async throws {
        let node = try TemporaryEngine()
        let engine = node.engine
        let text = try #require(CodeText(raw: "PARTNER-1"))
        var stored: [Int] = []
        let report = try await engine.importCodes(of: .default, rowsMax: 1_000_000, atomic: false) { intake in
            for start in stride(from: 0, to: 12_300, by: 300) {
                try await intake.take(rows(start..<start + 300))
                guard start % 3000 == 0 else { continue }
                let count = try await self.stored(engine)
                #expect(start + 300 - count <= 2 * Codes.pieceMax, "\(count) of \(start + 300) rows are stored")
                stored.append(count)
                #expect(try await engine.codesListed() == 0)
                #expect(try await engine.claim(.redeem(text, by: "early")).value.refusal == .invalid)
            }
            return ImportIntake.Rest()
        }
        #expect(stored == stored.sorted() && stored.last.map { $0 >= 10_000 } == true, "\(stored)")
        #expect(report.value == ImportReport(imported: 12_300, failures: []))
        #expect(try await engine.codesListed() == 12_300)
        #expect(try await engine.claim(.redeem(text, by: "late")).value.isNew)
        #expect(try await node.violations().isEmpty)
    }

    @Test(arguments: [0, 1, 999, 1000, 1001, 4500])
    func `that break off leave nothing, and their texts are free at once`(count: Int) async throws {
        struct BrokenOff: Error {}
        let node = try TemporaryEngine()
        await #expect(throws: BrokenOff.self) {
            try await node.engine.importCodes(of: .default, rowsMax: 1_000_000, atomic: false) { intake in
                try await intake.take(rows(0..<count))
                throw BrokenOff()
            }
        }
        #expect(try await stored(node.engine) == 0)
        #expect(try await node.engine.view { state, _ in PendingRanges(reading: state).isEmpty }.value)
        let order = ImportCodes(tenant: .default, rows: rows(0..<5000))
        #expect(try await node.engine.importCodes(order).value == ImportReport(imported: 5000, failures: []))
        #expect(try await node.violations().isEmpty)
    }

    @Test func `end with an error of the engine once their rows cannot be stored`() async throws {
        let node = try TemporaryEngine()
        let signals = Signals()
        let failure = await #expect(throws: EngineError.self) {
            try await node.engine.importCodes(of: .default, rowsMax: 1_000_000, atomic: false) { intake in
                for start in stride(from: 0, to: 1_000_000, by: 1000) {
                    if start == 5000 { node.engine.close() }
                    try await intake.take(rows(start..<start + 1000))
                    signals.waiting.add(1000, ordering: .relaxed)
                }
                return ImportIntake.Rest()
            }
        }
        #expect(failure?.code == .draining)
        let handedIn = signals.waiting.load(ordering: .relaxed)
        #expect(handedIn < 10_000, "nobody reads a file to its end for nothing")
        let again = try TemporaryEngine(in: node.directory)
        while try await again.engine.view({ state, _ in !PendingRanges(reading: state).isEmpty }).value {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(try await stored(again.engine) == 0)
        #expect(try await again.violations().isEmpty)
    }

    @Test func `that are slow take no place from the commands that have all that they need`() async throws {
        let node = try TemporaryEngine()
        let engine = node.engine
        let signals = Signals()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<BigCommands.concurrentMax {
                group.addTask {
                    try await engine.importCodes(of: .default, rowsMax: 10_000, atomic: false) { intake in
                        let rows = (0..<2500).map { ImportRow(line: $0, text: "SLOW-\(number)-\($0)") }
                        try await intake.take(rows)
                        signals.waiting.add(1, ordering: .relaxed)
                        while !signals.isOver.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(2)) }
                        return ImportIntake.Rest()
                    }.value.imported
                }
            }
            while signals.waiting.load(ordering: .relaxed) < BigCommands.concurrentMax {
                try await Task.sleep(for: .milliseconds(2))
            }
            let made = try await engine.generateCodes(GenerateCodes(tenant: .default, count: 3000, length: 10))
            #expect(made.value.count == 3000)
            let refused = await #expect(throws: EngineError.self) {
                try await engine.importCodes(ImportCodes(tenant: .default, rows: rows(0..<3000)))
            }
            #expect(refused?.code == .overloaded)
            #expect(
                try await engine.importCodes(ImportCodes(tenant: .default, rows: rows(0..<900))).value.imported == 900)
            signals.isOver.store(true, ordering: .relaxed)
            for try await imported in group { #expect(imported == 2500) }
        }
        #expect(try await engine.codesListed() == 3000 + 900 + BigCommands.concurrentMax * 2500)
        #expect(try await node.violations().isEmpty)
    }

    @Test func `rest between their pieces only while others claim`() async throws {
        let node = try TemporaryEngine()
        let engine = node.engine
        let code = try await node.makeCode(maxUses: 1_000_000)
        let all = engine.shared.bigCommands
        _ = try await engine.importCodes(of: .default, rowsMax: 1_000_000, atomic: false) { intake in
            try await intake.take(rows(0..<4000))
            let isAlone = !all.hasCompany.load(ordering: .acquiring)
            #expect(isAlone, "nobody has claimed yet")
            var claims = 0
            while !all.hasCompany.load(ordering: .acquiring), claims < 1000 {
                _ = try await engine.claim(.redeem(code, by: "r\(claims)"))
                claims += 1
            }
            #expect(claims < 1000, "claims are company")
            return ImportIntake.Rest()
        }
        #expect(try await engine.codesListed() == 4001)
    }

    @Test(.timeLimit(.minutes(5)))
    func `W23: do not wait for ever for a revocation whose rows nobody can write`() async throws {
        let clock = ManualClock()
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock))
        let engine = node.engine
        let campaign = try await node.makeCampaign().number
        let order = RevokeCodes(tenant: .default, .campaign(campaign))
        let revocation = Mutex<BigRevocation?>(nil)
        let signals = Signals()
        let imported = Task {
            try await engine.importCodes(of: .default, rowsMax: 1_000_000, atomic: false) { intake in
                try await intake.take(rows(0..<2500))
                let begun = try await engine.decide { context throws(Rejection) in
                    let begun = try BigRevocation.begin(order, in: &context)
                    // As if somebody were about to write its rows.
                    if let begun { engine.shared.bigCommands.own(begun.end) }
                    return begun
                }.value
                revocation.withLock { $0 = begun }
                signals.waiting.store(1, ordering: .releasing)
                return ImportIntake.Rest()
            }
        }
        while signals.waiting.load(ordering: .acquiring) == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let stop = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(50))
                clock.advance(seconds: 4)
            }
        }
        let refused = await #expect(throws: EngineError.self) { try await imported.value }
        stop.cancel()
        #expect(refused?.code == .overloaded, "\(refused?.message ?? "")")
        #expect(try await stored(engine) == 0, "what it had stored is removed")
        let begun = try #require(revocation.withLock { $0 })
        engine.shared.bigCommands.disown(begun.end)
        engine.inbox.nudge()
        while try await engine.view({ state, _ in !PendingRanges(reading: state).isEmpty }).value {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(
            try await engine.importCodes(ImportCodes(tenant: .default, rows: rows(0..<2500))).value.imported == 2500)
        #expect(try await node.violations().isEmpty)
    }
}
