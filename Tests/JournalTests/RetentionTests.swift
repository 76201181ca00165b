import Journal
import TestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
    private func journal() -> SimulatedDisk {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: 40) == nil)
        return disk
    }

    @Test("removes whole old segments only, and never the last")
    func wholeSegments() throws {
        let disk = journal()
        let configuration = JournalScript.configuration(disk)
        let all = try Journal.segments(configuration)
        try #require(all.count > 4)
        let last = try #require(all[2].lastSequence)
        let inside = LogPosition(epoch: 1, sequence: last - 2)
        #expect(try Journal.removeSegments(configuration, before: inside) == Array(all.prefix(2)))
        #expect(try Journal.removeSegments(configuration, before: inside).isEmpty)
        #expect(try Journal.removeSegments(configuration, before: LogPosition(epoch: 1, sequence: last)) == [all[2]])
        try Journal.removeSegments(configuration, before: LogPosition(epoch: 9, sequence: .max))
        #expect(try Journal.segments(configuration) == [all[all.count - 1]])
        let position = LogPosition(epoch: 1, sequence: all[all.count - 1].firstSequence - 1)
        #expect(try Journal.recover(configuration, from: position).end.position.sequence == 80)
    }

    @Test("keeps the bytes it is told to keep")
    func keepsBytes() throws {
        let configuration = JournalScript.configuration(journal())
        let end = LogPosition(epoch: 1, sequence: 80)
        try Journal.removeSegments(configuration, before: end, keepingBytes: 3 * 2048)
        #expect(try Journal.segments(configuration).count == 3)
        try Journal.removeSegments(configuration, before: end, keepingBytes: 2 * 2048 + 1)
        #expect(try Journal.segments(configuration).count == 3)
    }

    @Test("interrupted by a power cut anywhere leaves no hole")
    func powerCut() throws {
        let full = journal()
        let end = LogPosition(epoch: 1, sequence: 80)
        for number in 0..<12 {
            let disk = full.copy()
            disk.cutPower(atOperation: number)
            _ = try? Journal.removeSegments(JournalScript.configuration(disk), before: end)
            for seed in 0..<6 as Range<UInt64> {
                let survivor = JournalScript.configuration(disk.afterPowerCut(seed: seed))
                let oldest = try Journal.segments(survivor)[0].firstSequence - 1
                let position = LogPosition(epoch: 1, sequence: oldest)
                #expect(try Journal.recover(survivor, from: position).end.position == end)
            }
        }
    }
}
