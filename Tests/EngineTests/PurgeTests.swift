import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

@Suite struct `Stored answers that are over` {
    @Test func `are purged by an engine in turns of at most 3,000 records, a second apart`() async throws {
        let clock = ManualClock()
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock))
        let engine = node.engine
        for start in stride(from: 0, to: 4000, by: 1000) {
            _ = try await engine.decide { context in
                for index in start..<(start + 1000) {
                    let key = IdempotencyKey(
                        tenant: .default, credential: EntityNumber(rawValue: UInt64(index)), key: "k")
                    let record = IdempotencyRecord(
                        fingerprint: [UInt8](repeating: 3, count: 32), createdAt: context.now, status: 200, kind: 0,
                        body: [UInt8](repeating: 9, count: index % 3 == 0 ? 2500 : 20))
                    Idempotency.store(record, for: key, in: &context)
                }
            }
        }
        func records() async throws -> Int {
            try await engine.read { snapshot, _ in
                Int(snapshot.count(Tables.idempotency) + snapshot.count(Tables.idempotencyByTime))
            }.value
        }
        let all = try await records()
        #expect(all > 3 * 3000)
        clock.advance(seconds: 86_400)
        var left = all
        var turns = 0
        while left > 0, turns < 20 {
            // However often somebody comes by, there is one turn a second; a command behind it waits for one at most.
            for _ in 0..<5 { _ = try await engine.view { _, now in now } }
            let now = try await records()
            #expect(left - now <= 3000, "a turn took \(left - now) records")
            turns += now < left ? 1 : 0
            left = now
            clock.advance(seconds: 1)
        }
        #expect(left == 0 && turns >= (all + 2999) / 3000)
        #expect(try await node.violations().isEmpty)
    }
}
