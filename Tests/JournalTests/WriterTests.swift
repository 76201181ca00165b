import Glibc
import Journal
import TestSupport
import Testing

@Suite("The writer")
struct WriterTests {
    @Test("goes over segments, and every frame comes back in order", arguments: [false, true])
    func rotation(preparesAhead: Bool) throws {
        let disk = SimulatedDisk()
        let configuration = JournalScript.configuration(disk, preparesAhead: preparesAhead)
        let writer = try Journal.recover(configuration).makeWriter()
        let payloads = (0..<60).map { JournalScript.payload($0) }
        for (index, payload) in payloads.enumerated() {
            let info = try writer.append(payload, JournalScript.entry(writer, index: index))
            #expect(info.position == writer.lastPosition && info.chain == writer.chain)
        }
        #expect(writer.totals.frames == 60 && writer.totals.rotations > 5)
        #expect(try writer.synchronize() == writer.lastPosition)
        let end = writer.end
        try writer.close()
        let (read, recovered) = try JournalScript.recoverAndRead(disk)
        #expect(read == payloads)
        #expect(recovered.end == end && recovered.cut == nil)
        #expect(!(try disk.list(JournalScript.directory)).contains { $0.hasSuffix("tmp") })
    }

    @Test("gives a frame that is longer than a segment one of its own")
    func oversizedFrame() throws {
        let disk = SimulatedDisk()
        let writer = try Journal.recover(JournalScript.configuration(disk)).makeWriter()
        var generator = SeededGenerator(seed: 3)
        let payloads = [generator.bytes(9000), generator.bytes(10), generator.bytes(7000), generator.bytes(1300)]
        for (index, payload) in payloads.enumerated() {
            try writer.append(payload, JournalScript.entry(writer, index: index))
        }
        try writer.close()
        #expect(try JournalScript.recoverAndRead(disk).0 == payloads)
        #expect(try Journal.segments(JournalScript.configuration(disk)).map(\.bytes).contains { $0 > 9000 })
    }

    @Test("synchronises only when there is something to synchronise")
    func idleSynchronise() throws {
        let disk = SimulatedDisk()
        let writer = try Journal.recover(JournalScript.configuration(disk)).makeWriter()
        try writer.append([1, 2, 3], JournalScript.entry(writer, index: 0))
        #expect(writer.durablePosition.sequence == 0)
        try writer.synchronize()
        let count = disk.operations.count
        #expect(try writer.synchronize().sequence == 2)
        #expect(disk.operations.count == count)
    }

    @Test("says that there is no room before it writes a byte, and continues when there is", arguments: [false, true])
    func noSpace(preparesAhead: Bool) throws {
        let disk = SimulatedDisk(capacity: 5000)
        let writer = try Journal.recover(JournalScript.configuration(disk, preparesAhead: preparesAhead)).makeWriter()
        var written: [[UInt8]] = []
        var refused: JournalError?
        while refused == nil {
            let payload = JournalScript.payload(written.count)
            let end = writer.end
            do throws(JournalError) {
                try writer.append(payload, JournalScript.entry(writer, index: written.count))
                written.append(payload)
            } catch {
                refused = error
                #expect(writer.end == end)
            }
        }
        #expect(refused == .noSpace(freeBytes: 5000 - 2 * 2048))
        #expect(throws: JournalError.noSpace(freeBytes: 904)) { try writer.reserve(payloadBytes: 1400) }
        #expect(writer.failure == nil)
        try writer.synchronize()
        disk.setCapacity(20_000)
        try writer.reserve(payloadBytes: 1400)
        written.append(JournalScript.payload(1000))
        try writer.append(written[written.count - 1], JournalScript.entry(writer, index: 1000))
        try writer.close()
        #expect(try JournalScript.recoverAndRead(disk).0 == written)
    }

    @Test("leaves the reserve free that it was told to leave")
    func freeBytesReserve() throws {
        var configuration = JournalScript.configuration(SimulatedDisk(capacity: 10_000))
        configuration.freeBytesReserve = 9000
        #expect(throws: JournalError.noSpace(freeBytes: 10_000)) { try Journal.recover(configuration) }
    }

    @Test("latches the first failure and touches the disk no more", arguments: [EIO, EROFS])
    func latchedFailure(code: CInt) throws {
        let quiet = SimulatedDisk()
        var complete = JournalScript()
        #expect(complete.run(quiet, frames: 14) == nil)
        var latched = 0
        for number in quiet.operations.indices {
            let disk = SimulatedDisk()
            disk.fail(operation: number, code: code)
            guard let writer = try? Journal.recover(JournalScript.configuration(disk)).makeWriter() else { continue }
            var appended: [[UInt8]] = []
            var durable = 0
            do {
                for index in 0..<14 {
                    appended.append(JournalScript.payload(index))
                    try writer.append(appended[index], JournalScript.entry(writer, index: index))
                    try writer.synchronize()
                    durable = index + 1
                }
                Issue.record("operation \(number) did not fail")
            } catch JournalError.failed(let error) {
                #expect(error.code == code)
                latched += 1
            }
            let count = disk.operations.count
            let failure = try #require(writer.failure)
            let entry = JournalScript.entry(writer, index: 50)
            #expect(throws: failure) { try writer.append([1], entry) }
            #expect(throws: failure) { try writer.synchronize() }
            #expect(throws: failure) { try writer.reserve(payloadBytes: 10) }
            #expect(throws: failure) { try writer.close() }
            #expect(disk.operations.count == count, "operation \(number)")
            for seed in 0..<5 as Range<UInt64> {
                let (payloads, _) = try JournalScript.recoverAndRead(disk.afterPowerCut(seed: seed))
                #expect(payloads.count >= durable && payloads == Array(appended.prefix(payloads.count)))
            }
        }
        #expect(latched > 30)
    }

    @Test("loses no frame when the disk says anywhere that it is full")
    func fullAnywhere() throws {
        let quiet = SimulatedDisk()
        var complete = JournalScript()
        #expect(complete.run(quiet, frames: 14) == nil)
        var refusals = 0
        for number in quiet.operations.indices {
            let disk = SimulatedDisk()
            disk.fail(operation: number, code: ENOSPC)
            guard let writer = try? Journal.recover(JournalScript.configuration(disk)).makeWriter() else { continue }
            var durable: [[UInt8]] = []
            while durable.count < 14, writer.failure == nil {
                let payload = JournalScript.payload(durable.count)
                do throws(JournalError) {
                    try writer.append(payload, JournalScript.entry(writer, index: durable.count))
                    try writer.synchronize()
                    durable.append(payload)
                } catch {
                    if case .noSpace = error { refusals += 1 }
                }
            }
            let (payloads, _) = try JournalScript.recoverAndRead(disk.afterPowerCut(seed: 0))
            #expect(Array(payloads.prefix(durable.count)) == durable, "operation \(number)")
        }
        #expect(refusals > 3)
    }

    private func append(_ frame: [UInt8], _ writer: JournalWriter) throws(JournalError) {
        try writer.append(encoded: frame.span.bytes)
    }

    @Test("takes a frame from another node only when it continues the journal")
    func encodedFrames() throws {
        let source = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(source, frames: 6) == nil)
        let reader = try JournalReader(
            JournalScript.configuration(source), after: JournalPoint.beginning.position, contents: .frame
        )
        var frames: [[UInt8]] = []
        while try reader.next(through: LogPosition(epoch: 1, sequence: 12)) != nil {
            frames.append(reader.withContents { $0.withUnsafeBytes { Array($0) } })
        }
        let target = SimulatedDisk()
        let writer = try Journal.recover(JournalScript.configuration(target)).makeWriter()
        try append(frames[0], writer)
        let expected = JournalError.rejected(.sequence(expected: 3, found: 5))
        #expect(throws: expected) { try append(frames[2], writer) }
        var changed = frames[1]
        changed[100] ^= 1
        #expect(throws: JournalError.rejected(.payloadChecksum)) { try append(changed, writer) }
        for frame in frames.dropFirst() { try append(frame, writer) }
        #expect(writer.end == reader.point)
        try writer.close()
        #expect(try JournalScript.recoverAndRead(target).0 == script.appended)
    }
}
