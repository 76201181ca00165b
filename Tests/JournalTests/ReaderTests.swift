import Journal
import Synchronization
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

    /// Removes the oldest segments of a disk, and as many as are said, whenever it is listed.
    private static func losing(_ count: Int, of disk: SimulatedDisk, _ segments: [SegmentInfo]) -> RemovingDisk {
        let base = JournalScript.configuration(disk)
        return RemovingDisk(disk: disk) { names in
            for segment in segments.prefix(count) where names.contains(segment.file) {
                try? disk.remove("\(base.directory)/\(segment.file)")
            }
        }
    }

    @Test("is told what is kept when segments go between being listed and being opened", arguments: 1...4)
    func overtakenBetween(count: Int) throws {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: 40) == nil)
        let segments = try Journal.segments(JournalScript.configuration(disk))
        try #require(segments.count > count + 1)
        let slow = try JournalReader(
            JournalScript.configuration(disk), after: JournalPoint.beginning.position)
        var configuration = JournalScript.configuration(disk)
        configuration.disk = Self.losing(count, of: disk, segments)
        let oldest = LogPosition(epoch: 1, sequence: segments[count].firstSequence - 1)
        let expected = JournalError.notRetained(JournalPoint.beginning.position, oldest: oldest)
        #expect(throws: expected) { try JournalReader(configuration, after: JournalPoint.beginning.position) }
        #expect(throws: JournalError.notRetained(LogPosition(epoch: 1, sequence: 1), oldest: oldest)) {
            try JournalReader(configuration, inSegmentOf: LogPosition(epoch: 1, sequence: 1))
        }
        #expect(try Journal.segments(configuration).count == segments.count - count)
        let end = LogPosition(epoch: 1, sequence: 80)
        var last = LogPosition(epoch: 1, sequence: 0)
        do throws(JournalError) {
            while let header = try slow.next(through: end) { last.sequence = header.lastSequence }
            #expect(count == 1 && last == end)
        } catch {
            #expect(error == .notRetained(last, oldest: oldest))
        }
    }

    @Test("enters the next segment, or is told what is kept, when that goes between being listed and being opened")
    func overtakenOnTheWay() throws {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: 40) == nil)
        let segments = try Journal.segments(JournalScript.configuration(disk))
        try #require(segments.count > 4)
        let mayRemove = Atomic<Bool>(false)
        var configuration = JournalScript.configuration(disk)
        let losing = Self.losing(3, of: disk, segments)
        configuration.disk = RemovingDisk(disk: disk) { names in
            if mayRemove.load(ordering: .relaxed) { losing.listed(names) }
        }
        let reader = try JournalReader(configuration, after: JournalPoint.beginning.position)
        mayRemove.store(true, ordering: .relaxed)
        let error = #expect(throws: JournalError.self) {
            while try reader.next(through: LogPosition(epoch: 1, sequence: 80)) != nil {}
        }
        #expect(
            error
                == .notRetained(
                    LogPosition(epoch: 1, sequence: segments[1].firstSequence - 1),
                    oldest: LogPosition(epoch: 1, sequence: segments[3].firstSequence - 1)))
    }
}
