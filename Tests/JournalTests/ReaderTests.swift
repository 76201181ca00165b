import Journal
import TestSupport
import Testing

@Suite("A reader")
struct ReaderTests {
    @Test("follows a growing journal and shows nothing that is not durable", arguments: 1...8 as ClosedRange<UInt64>)
    func tailing(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let configuration = JournalScript.configuration(SimulatedDisk(), segmentBytes: 4096)
        let writer = try Journal.recover(configuration).makeWriter()
        let reader = try JournalReader(configuration, after: JournalPoint.beginning.position)
        var appended: [[UInt8]] = []
        var durable = 0
        var read: [[UInt8]] = []
        for _ in 0..<200 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                appended.append(JournalScript.payload(appended.count, upTo: 900))
                let index = appended.count - 1
                try writer.append(appended[index], JournalScript.entry(writer, index: index))
                // Beginning a segment synchronises the one before.
                durable = Int(writer.durablePosition.sequence / 2)
            case 2:
                try writer.synchronize()
                durable = appended.count
            default:
                while try reader.next(through: writer.durablePosition) != nil {
                    read.append(reader.withContents { $0.withUnsafeBytes { Array($0) } })
                    if Int.random(in: 0..<3, using: &generator) == 0 { break }
                }
                #expect(read.count <= durable)
            }
            #expect(read == Array(appended.prefix(read.count)))
        }
        try writer.synchronize()
        while try reader.next(through: writer.durablePosition) != nil {
            read.append(reader.withContents { $0.withUnsafeBytes { Array($0) } })
        }
        #expect(read == appended && reader.point == writer.end)
    }

    @Test("begins after any frame, and nowhere else")
    func positions() throws {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: 20) == nil)
        let configuration = JournalScript.configuration(disk)
        let end = LogPosition(epoch: 1, sequence: 40)
        for index in 0...20 {
            let reader = try JournalReader(configuration, after: LogPosition(epoch: 1, sequence: UInt64(index * 2)))
            let header = try reader.next(through: end)
            #expect(header?.firstSequence == (index < 20 ? UInt64(index * 2 + 1) : nil))
        }
        let wrong = [(1, 7), (2, 8), (1, 42)].map { LogPosition(epoch: $0.0, sequence: $0.1) }
        for position in wrong {
            #expect(throws: JournalError.self) { try JournalReader(configuration, after: position) }
        }
    }

    @Test("finds damage that happened after recovery, and lends nothing of it")
    func lateDamage() throws {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: 20) == nil)
        let recovered = try Journal.recover(JournalScript.configuration(disk))
        let reader = try recovered.makeReader(after: JournalPoint.beginning.position)
        let header = try #require(try reader.next(through: recovered.end.position))
        disk.flip(JournalScript.path(2), byte: 700)
        var frames = 1
        #expect(throws: JournalError.self) {
            while try reader.next(through: recovered.end.position) != nil { frames += 1 }
        }
        #expect(header.firstSequence == 1 && frames > 1 && frames < 20)
    }

    @Test("is told when retention has overtaken it")
    func overtaken() throws {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: 40) == nil)
        let configuration = JournalScript.configuration(disk)
        let end = LogPosition(epoch: 1, sequence: 80)
        let slow = try JournalReader(configuration, after: JournalPoint.beginning.position)
        #expect(try slow.next(through: end) != nil)
        try Journal.removeSegments(configuration, before: end)
        let oldest = try Journal.segments(configuration)[0].firstSequence - 1
        let expected = JournalError.notRetained(
            JournalPoint.beginning.position, oldest: LogPosition(epoch: 1, sequence: oldest)
        )
        #expect(throws: expected) { try JournalReader(configuration, after: JournalPoint.beginning.position) }
        #expect(throws: JournalError.self) { while try slow.next(through: end) != nil {} }
    }
}
