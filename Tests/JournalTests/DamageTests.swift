import TestSupport
import Testing

@testable import Journal

@Suite("Damage")
struct DamageTests {
    /// A journal of a few segments, everything synchronised frame by frame.
    private func journal(frames: Int = 14, syncEvery: Int = 1) -> (SimulatedDisk, JournalScript) {
        let disk = SimulatedDisk()
        var script = JournalScript()
        #expect(script.run(disk, frames: frames, syncEvery: syncEvery) == nil)
        return (disk.copy(), script)
    }

    /// The offsets of the frames in a segment, and where they end.
    private func frameOffsets(_ disk: SimulatedDisk, _ segment: Int) throws -> [Int] {
        let bytes = try #require(disk.contents(JournalScript.path(segment)))
        var offsets = [SegmentHeader.byteCount]
        while let header = try? FrameHeader(decoding: bytes.span.bytes.extracting(offsets[offsets.count - 1]...)) {
            offsets.append(offsets[offsets.count - 1] + header.frameBytes)
        }
        return offsets
    }

    private func damage(_ disk: SimulatedDisk, from position: LogPosition? = nil) -> JournalDamage? {
        do throws(JournalError) {
            _ = try Journal.recover(
                JournalScript.configuration(disk), from: position ?? JournalPoint.beginning.position
            )
            return nil
        } catch {
            guard case .damaged(let damage) = error else {
                Issue.record("unexpected: \(error)")
                return nil
            }
            return damage
        }
    }

    @Test("of any byte is found and named, or hit nothing that was written")
    func everyByte() throws {
        let (disk, script) = journal()
        let segments = try Journal.segments(JournalScript.configuration(disk))
        #expect(segments.count >= 2)
        var refused = 0
        for segment in segments {
            let path = JournalScript.directory + "/" + segment.file
            for byte in 0..<Int(segment.bytes) {
                let changed = disk.copy()
                changed.flip(path, byte: byte, bit: byte % 8)
                do {
                    let (payloads, _) = try JournalScript.recoverAndRead(changed)
                    #expect(payloads == script.appended, "byte \(byte) of \(path)")
                    let ends = try #require(try frameOffsets(disk, Int(segment.number)).last)
                    #expect(byte >= ends, "byte \(byte) of \(path)")
                } catch JournalError.damaged(let damage) {
                    #expect(damage.file == path || segment.number > 1, "byte \(byte) of \(path)")
                    #expect(damage.offset <= UInt64(byte))
                    refused += 1
                }
            }
        }
        #expect(refused > 2000)
    }

    @Test("of a durable frame with a valid one behind it is refused, with file, offset and sequence")
    func validFrameBehind() throws {
        let (disk, _) = journal(frames: 16)
        let last = try Journal.segments(JournalScript.configuration(disk)).count
        let offsets = try frameOffsets(disk, last)
        try #require(offsets.count >= 4)
        let path = JournalScript.path(last)
        let bytes = try #require(disk.contents(path))
        let first = try FrameHeader(decoding: bytes.span.bytes.extracting(offsets[1]...)).firstSequence
        for count in [1, offsets[2] - offsets[1]] {
            let changed = disk.copy()
            // As if the write had never come: zeros.
            changed.overwrite(path, at: offsets[1] + (count == 1 ? 3 : 0), with: [UInt8](repeating: 0, count: count))
            let before = changed.contents(path)
            let found = try #require(damage(changed))
            #expect(found.file == path && found.offset == UInt64(offsets[1]) && found.sequence == first)
            #expect(found.description.contains("restore a snapshot"))
            #expect(found.reason.contains("shows that it was durable"))
            #expect(changed.contents(path) == before)
        }
    }

    @Test("of a frame that was never synchronised is cut with what follows, and a copy stays")
    func weakerDurability() throws {
        let disk = SimulatedDisk()
        let writer = try Journal.recover(JournalScript.configuration(disk, segmentBytes: 8192)).makeWriter()
        var offsets: [UInt64] = []
        for index in 0..<5 {
            offsets.append(
                try writer.append(JournalScript.payload(index), JournalScript.entry(writer, index: index)).offset)
        }
        let path = JournalScript.path(1)
        let changed = disk.copy()
        let count = Int(offsets[2] - offsets[1])
        changed.overwrite(path, at: Int(offsets[1]), with: [UInt8](repeating: 0, count: count))
        let old = try #require(changed.contents(path))
        let recovered = try Journal.recover(JournalScript.configuration(changed, segmentBytes: 8192))
        let cut = try #require(recovered.cut)
        #expect(recovered.end.position.sequence == 2 && cut.sequence == 3)
        #expect(cut.offset == offsets[1] && cut.copy == path + ".torn-1")
        let copied = try #require(changed.contents(cut.copy))
        #expect(copied == Array(old[Int(cut.offset)..<Int(cut.offset + cut.bytes)]))
        #expect(try #require(changed.contents(path)).dropFirst(Int(cut.offset)).allSatisfy { $0 == 0 })
        #expect(try Journal.recover(JournalScript.configuration(changed)).cut == nil)
    }

    @Test("that cannot be cut, because there is no room for the copy, leaves no part of the copy behind")
    func fullDisk() throws {
        let (disk, _) = journal()
        let last = try Journal.segments(JournalScript.configuration(disk)).count
        let offsets = try frameOffsets(disk, last)
        let (start, end) = (offsets[offsets.count - 2], offsets[offsets.count - 1])
        disk.overwrite(JournalScript.path(last), at: start + 64, with: [UInt8](repeating: 0, count: end - start - 64))
        let before = try disk.list(JournalScript.directory)
        disk.setCapacity(0)
        for _ in 0..<3 {
            #expect(throws: JournalError.self) { try Journal.recover(JournalScript.configuration(disk)) }
            #expect(try disk.list(JournalScript.directory) == before)
        }
        disk.setCapacity(.max)
        #expect(try Journal.recover(JournalScript.configuration(disk)).cut?.copy.hasSuffix(".torn-1") == true)
    }

    @Test("of a last frame that looks interrupted is cut, of one that is only changed is refused")
    func lastFrame() throws {
        let (disk, script) = journal()
        let last = try Journal.segments(JournalScript.configuration(disk)).count
        let offsets = try frameOffsets(disk, last)
        let start = offsets[offsets.count - 2]
        let end = offsets[offsets.count - 1]
        let torn = disk.copy()
        let boundary = (start / 64 + 1) * 64
        torn.overwrite(JournalScript.path(last), at: boundary, with: [UInt8](repeating: 0, count: end - boundary))
        let (payloads, recovered) = try JournalScript.recoverAndRead(torn)
        #expect(payloads == Array(script.appended.dropLast()))
        #expect(recovered.cut?.offset == UInt64(start))
        let changed = disk.copy()
        changed.flip(JournalScript.path(last), byte: end - 9)
        #expect(damage(changed)?.offset == UInt64(start))
        // The same cut is refused when the tables contain the frame already.
        let needed = LogPosition(epoch: 1, sequence: UInt64(script.appended.count * 2))
        let tornAgain = disk.copy()
        tornAgain.overwrite(JournalScript.path(last), at: boundary, with: [UInt8](repeating: 0, count: end - boundary))
        #expect(damage(tornAgain, from: needed)?.offset == UInt64(start))
    }

    @Test("of the tail of a replica is cut, because its frames speak of another disk")
    func replicaTail() throws {
        let (source, _) = journal()
        let reader = try JournalReader(
            JournalScript.configuration(source), after: JournalPoint.beginning.position, contents: .frame
        )
        let disk = SimulatedDisk()
        var configuration = JournalScript.configuration(disk, segmentBytes: 8192)
        configuration.role = .replica
        let writer = try Journal.recover(configuration).makeWriter()
        var infos: [FrameInfo] = []
        while try reader.next(through: LogPosition(epoch: 1, sequence: 20)) != nil {
            infos.append(try reader.withContents { (frame) throws(JournalError) in try writer.append(encoded: frame) })
        }
        #expect(infos.count == 10)
        #expect(writer.end == reader.point)
        let changed = disk.copy()
        configuration.disk = changed
        let count = infos[5].storedBytes
        changed.overwrite(JournalScript.path(1), at: Int(infos[5].offset), with: [UInt8](repeating: 0, count: count))
        #expect(try Journal.recover(configuration).end.position == infos[4].position)
    }

    @Test("A promoted replica continues in a segment of its own, which a replica then refuses")
    func promotedJournal() throws {
        let (source, _) = journal(frames: 10)
        var configuration = JournalScript.configuration(SimulatedDisk(), segmentBytes: 1 << 20)
        configuration.role = .replica
        let writer = try Journal.recover(configuration).makeWriter()
        let reader = try JournalReader(
            JournalScript.configuration(source), after: JournalPoint.beginning.position, contents: .frame)
        while try reader.next(through: LogPosition(epoch: 1, sequence: 20)) != nil {
            _ = try reader.withContents { (frame) throws(JournalError) in try writer.append(encoded: frame) }
        }
        try writer.synchronize()
        let end = writer.end
        writer.becomePrimary()
        let own = try writer.append(
            [1, 2, 3],
            JournalWriter.Entry(
                firstSequence: end.position.sequence + 1, commandCount: 1, time: end.time, digest: end.digest,
                epoch: end.position.epoch + 1))
        #expect(own.segment == 2 && own.position.epoch == end.position.epoch + 1)
        try writer.close()
        #expect(throws: JournalError.wrongRole(file: JournalScript.path(2), found: .primary)) {
            try Journal.recover(configuration)
        }
        configuration.role = .primary
        #expect(try Journal.recover(configuration).end.position == own.position)
    }

    @Test("by a missing segment is named: in the middle, at the end, at the beginning")
    func missingSegments() throws {
        let (disk, script) = journal(frames: 30)
        let segments = try Journal.segments(JournalScript.configuration(disk))
        try #require(segments.count >= 4)
        let middle = disk.copy()
        try middle.remove(JournalScript.path(2))
        #expect(damage(middle)?.file == JournalScript.path(2))
        let applied = LogPosition(epoch: 1, sequence: UInt64(script.appended.count * 2))
        let end = disk.copy()
        try end.remove(JournalScript.path(segments.count))
        let endsAt = LogPosition(epoch: 1, sequence: segments[segments.count - 1].firstSequence - 1)
        #expect(throws: JournalError.endsTooEarly(end: endsAt, needed: applied)) {
            try Journal.recover(JournalScript.configuration(end), from: applied)
        }
        let beginning = disk.copy()
        try beginning.remove(JournalScript.path(1))
        let oldest = LogPosition(epoch: 1, sequence: segments[1].firstSequence - 1)
        #expect(throws: JournalError.notRetained(JournalPoint.beginning.position, oldest: oldest)) {
            try Journal.recover(JournalScript.configuration(beginning))
        }
        #expect(throws: JournalError.self) {
            try Journal.recover(JournalScript.configuration(SimulatedDisk()), from: applied)
        }
    }

    @Test("by a segment of another history, or of another size, is named")
    func foreignSegment() throws {
        let (disk, _) = journal()
        let other = SimulatedDisk()
        let writer = try Journal.recover(JournalScript.configuration(other)).makeWriter()
        for index in 100..<130 {
            try writer.append(JournalScript.payload(index), JournalScript.entry(writer, index: index))
        }
        let changed = disk.copy()
        changed.place(JournalScript.path(1), try #require(other.contents(JournalScript.path(1))))
        #expect(damage(changed) != nil)
        let last = try Journal.segments(JournalScript.configuration(disk)).count
        let short = disk.copy()
        short.place(JournalScript.path(last), Array(try #require(disk.contents(JournalScript.path(last))).prefix(1000)))
        #expect(damage(short)?.reason.contains("1000 bytes instead of 2048") == true)
    }

    @Test("is not what a newer format version is called")
    func newerVersion() throws {
        let (disk, _) = journal()
        let changed = disk.copy()
        var bytes = try #require(disk.contents(JournalScript.path(1)))
        bytes[8] = 3
        let checksum = CRC32C.checksum(bytes.span.bytes.extracting(0..<508))
        for index in 0..<4 { bytes[508 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index))) }
        changed.place(JournalScript.path(1), bytes)
        #expect(throws: JournalError.unsupportedVersion(file: JournalScript.path(1), version: 3)) {
            try Journal.recover(JournalScript.configuration(changed))
        }
    }
}
