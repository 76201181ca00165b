import Journal
import TestSupport
import Testing

@testable import Store

/// The events of a frame, as bytes and back.
@Suite struct `The events of a frame` {
    private static let table = TableID(rawValue: 3)

    /// Some events, and what a frame says of them.
    private struct Case {
        var notes: [(note: EventNote, data: [UInt8])] = []

        /// Events as a batch has them: commands in order, mostly new subjects, runs and exceptions.
        init(using random: inout SeededGenerator) {
            var command: UInt32 = 0
            var subject: UInt64 = .random(in: 1...1_000_000, using: &random)
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                let kind = UInt8.random(in: 1...3, using: &random) == 1 ? UInt8.random(in: 1...255, using: &random) : 4
                let actor: UInt64 = Bool.random(using: &random) ? 0 : .random(in: 0...3000, using: &random)
                let tenant: UInt32 = Int.random(in: 0..<4, using: &random) == 0 ? .random(in: 0...9, using: &random) : 1
                let stride: UInt64 = [1, 1, 2, 0, .max].randomElement(using: &random) ?? 1
                let step = UInt32.random(in: 0...2, using: &random)
                for _ in 0..<Int.random(in: 1...9, using: &random) {
                    let hasData = Int.random(in: 0..<6, using: &random) == 0
                    let data =
                        hasData
                        ? (0..<Int.random(in: 1...300, using: &random)).map { UInt8(truncatingIfNeeded: $0) } : []
                    let note = EventNote(
                        kind: kind, actor: actor, tenant: tenant, subject: subject, command: command,
                        dataBytes: UInt32(data.count))
                    notes.append((note, data))
                    subject &+= stride
                    command += step
                }
                command += UInt32.random(in: 0...1, using: &random)
                if Int.random(in: 0..<5, using: &random) == 0 { subject = .random(in: 0...UInt64.max, using: &random) }
            }
        }

        var events: EventNotes {
            var events = EventNotes()
            for (note, data) in notes {
                events.command = note.command
                if data.isEmpty {
                    events.append(kind: note.kind, actor: note.actor, tenant: note.tenant, subject: note.subject)
                } else {
                    events.append(
                        kind: note.kind, actor: note.actor, tenant: note.tenant, subject: note.subject, data: data)
                }
            }
            return events
        }
    }

    /// The bytes that a frame's section carries.
    private func bytes(_ events: EventNotes, base: UInt64) throws -> [UInt8] {
        var buffer = FrameBuffer()
        FrameEvents.encode(events, base: base, into: &buffer)
        var found: [UInt8] = []
        try FrameBody.decode(buffer.bytes) { table, kind, _, value in
            #expect(table == FrameEvents.table && kind == .insert)
            found += value
        }
        return found
    }

    private func decode(_ bytes: [UInt8], base: UInt64, commands: UInt32 = .max) throws -> [(EventNote, [UInt8])] {
        var found: [(EventNote, [UInt8])] = []
        try FrameEvents.decode(bytes.span.bytes, base: base, commandCount: commands) { note, data in
            found.append((note, data.withUnsafeBytes { Array($0) }))
        }
        return found
    }

    @Test(arguments: 1...60) func `come back as they were written`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let batch = Case(using: &random)
        let base = UInt64.random(in: 0...2_000_000, using: &random)
        let found = try decode(try bytes(batch.events, base: base), base: base)
        #expect(found.map(\.0) == batch.notes.map(\.note))
        #expect(found.map(\.1) == batch.notes.map(\.data))
    }

    @Test func `of one key's claims are a few bytes for a batch, and nine for one`() throws {
        var events = EventNotes()
        for command in 0..<16_384 as Range<UInt32> {
            events.command = command
            events.append(kind: 1, actor: 4001, tenant: 1, subject: 1_000_000 + UInt64(command))
        }
        var buffer = FrameBuffer()
        FrameEvents.encode(events, base: 1_016_384, into: &buffer)
        #expect(buffer.count <= 20)
        var one = EventNotes()
        one.append(kind: 1, actor: 4001, tenant: 1, subject: 1_000_000)
        buffer.removeAll()
        FrameEvents.encode(one, base: 1_000_001, into: &buffer)
        #expect(buffer.count == 9)
    }

    @Test func `of many keys mixed are four bytes each`() throws {
        var events = EventNotes()
        for command in 0..<10_000 as Range<UInt32> {
            events.command = command
            events.append(kind: 1, actor: UInt64(command % 50) << 2 | 1, tenant: 1, subject: 1000 + UInt64(command))
        }
        var buffer = FrameBuffer()
        FrameEvents.encode(events, base: 11_000, into: &buffer)
        #expect(buffer.count <= 41_000)
    }

    @Test func `are read or refused, whatever the bytes are`() throws {
        var random = SeededGenerator(seed: 9)
        var refused = 0
        for round in 0..<3000 {
            var input: [UInt8]
            if round.isMultiple(of: 2) {
                input = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            } else {
                input = try bytes(Case(using: &random).events, base: 5)
                let index = Int.random(in: 0..<input.count, using: &random)
                input[index] = UInt8.random(in: 0...255, using: &random)
                if Bool.random(using: &random) { input.removeLast(Int.random(in: 0..<input.count, using: &random)) }
            }
            do {
                _ = try decode(input, base: 5, commands: 1 << 16)
            } catch is FrameBody.Malformed {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }

    @Test func `of a command that is taken back were never there`() throws {
        let state = try TemporaryState(tables: [TableDefinition(Self.table, "things")])
        let transaction = state.transaction
        let write = { (number: UInt64) in
            var key = Key()
            key.append(compact: number)
            transaction.put(Self.table, key) { $0.append(number) }
            transaction.note(event: 1, actor: 0, tenant: 1, subject: number)
            transaction.note(event: 2, actor: 0, tenant: 1, subject: number, data: [7, 8])
            transaction.commandInFrame += 1
        }
        write(1)
        let mark = transaction.mark()
        write(2)
        transaction.rollBack(to: mark)
        #expect(transaction.eventCount == 2)
        transaction.commandInFrame = 1
        write(3)
        var buffer = FrameBuffer()
        transaction.encodeFrame(into: &buffer)
        var notes: [UInt8] = []
        try FrameBody.decode(buffer.bytes) { table, _, _, value in if table == FrameEvents.table { notes += value } }
        let found = try decode(notes, base: 0, commands: 2)
        #expect(found.map(\.0.subject) == [1, 1, 3, 3])
        #expect(found.map(\.0.command) == [0, 0, 1, 1])
        #expect(found.map(\.1) == [[], [7, 8], [], [7, 8]])
        // Events are no records: a store takes such a frame over and has only the records.
        let snapshot = try state.commit()
        #expect(transaction.eventCount == 0)
        #expect(snapshot.computeDigest() == transaction.digest)
    }
}
