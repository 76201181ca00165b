import Journal
import TestSupport
import Testing

@Suite("A power cut")
struct PowerCutTests {
    private static let frames = 18

    /// Operations of the whole script when nothing happens.
    private func operationCount(_ syncEvery: Int) -> Int {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: Self.frames, syncEvery: syncEvery) == nil)
        return disk.operations.count
    }

    /// Recovers, and checks that everything acknowledged is there and nothing that was never written.
    private func check(_ disk: SimulatedDisk, _ script: JournalScript, _ place: Comment) throws -> RecoveredJournal {
        let (payloads, recovered) = try JournalScript.recoverAndRead(disk)
        #expect(payloads.count >= script.acknowledged, place)
        #expect(payloads == Array(script.appended.prefix(payloads.count)), place)
        return recovered
    }

    @Test("at any operation loses nothing that was synchronised", arguments: [1, 3, 100])
    func everyOperation(syncEvery: Int) throws {
        for number in 0..<operationCount(syncEvery) {
            let disk = SimulatedDisk()
            disk.cutPower(atOperation: number)
            var script = JournalScript()
            #expect(script.run(disk, frames: Self.frames, syncEvery: syncEvery) != nil)
            for seed in 0..<7 as Range<UInt64> {
                let survivor = disk.afterPowerCut(seed: seed)
                let recovered = try check(survivor, script, "operation \(number), seed \(seed)")
                // Everything that recovery showed is durable, even if all that is on its way is lost now.
                let again = try Journal.recover(JournalScript.configuration(survivor.afterPowerCut(seed: 0)))
                #expect(again.end == recovered.end, "operation \(number), seed \(seed)")
                #expect(again.cut == nil)
            }
        }
    }

    @Test("during recovery leaves a journal that can be recovered", arguments: [1, 100])
    func duringRecovery(syncEvery: Int) throws {
        for number in stride(from: 0, to: operationCount(syncEvery), by: 2) {
            let disk = SimulatedDisk()
            disk.cutPower(atOperation: number)
            var script = JournalScript()
            #expect(script.run(disk, frames: Self.frames, syncEvery: syncEvery) != nil)
            for seed in 1..<5 as Range<UInt64> {
                let survivor = disk.afterPowerCut(seed: seed)
                var second = 0
                while true {
                    let attempt = survivor.copy()
                    attempt.cutPower(atOperation: second)
                    if (try? Journal.recover(JournalScript.configuration(attempt))) != nil, !attempt.isOff { break }
                    let place: Comment = "operation \(number), seed \(seed), then \(second)"
                    _ = try check(attempt.afterPowerCut(seed: seed + 1), script, place)
                    second += 1
                }
                #expect(second > 0)
            }
        }
    }

    @Test("is followed by a journal that continues where it ended", arguments: 0..<12 as Range<UInt64>)
    func goesOn(seed: UInt64) throws {
        var disk = SimulatedDisk()
        var generator = SeededGenerator(seed: seed)
        var kept: [[UInt8]] = []
        for round in 0..<6 {
            disk.cutPower(atOperation: Int.random(in: 20...90, using: &generator))
            var appended = kept
            var durable = kept.count
            do {
                let writer = try Journal.recover(JournalScript.configuration(disk)).makeWriter()
                while true {
                    let index = appended.count
                    appended.append(JournalScript.payload(index * 10 + round))
                    try writer.append(appended[index], JournalScript.entry(writer, index: index))
                    if Bool.random(using: &generator) {
                        try writer.synchronize()
                        durable = appended.count
                    }
                }
            } catch {
                #expect(disk.isOff)
            }
            disk = disk.afterPowerCut(seed: generator.next())
            let (payloads, _) = try JournalScript.recoverAndRead(disk)
            #expect(payloads.count >= durable)
            #expect(payloads == Array(appended.prefix(payloads.count)))
            kept = payloads
        }
        #expect(kept.count > 10)
    }

    @Test("after a killed process loses nothing that recovery has shown")
    func afterKilledProcess() throws {
        let disk = SimulatedDisk()
        let writer = try Journal.recover(JournalScript.configuration(disk, segmentBytes: 8192)).makeWriter()
        for index in 0..<6 {
            try writer.append(JournalScript.payload(index), JournalScript.entry(writer, index: index))
        }
        #expect(writer.durablePosition.sequence == 0)
        // The writer is not closed: its frames are in the page cache only.
        let recovered = try Journal.recover(JournalScript.configuration(disk))
        #expect(recovered.end == writer.end)
        let survivor = disk.afterPowerCut(seed: 0)
        #expect(try Journal.recover(JournalScript.configuration(survivor)).end == writer.end)
    }
}
