internal import Journal

/// The events of a frame as bytes: runs of events that differ by a constant step.
///
/// Byte table in `docs/formats/journal.md`. The claims of one key in one batch are one run, a dozen bytes for thousands
/// of events; an event that is like none before it is 3 bytes and more.
package enum FrameEvents {
    /// The most events of one frame; a reader refuses more.
    package static let countMax = 1 << 20
    /// The table whose effects carry the bytes, in parts of at most ``ValueWriter/capacityMax``; no store has it.
    package static let table = StoreTables.frameEvents
    /// The table whose effect says what the sequence of numbers stands at.
    package static let sequenceTable = NumberSequence.table

    /// Reads an effect of ``sequenceTable``.
    package static func base(_ value: UnsafeRawBufferPointer) -> UInt64 { NumberSequence.decode(value.bytes) }

    /// A run is shorter than its events one by one from this length on.
    private static let runMin = 3

    enum Head {
        static let kinds: UInt8 = 31
        static let actor: UInt8 = 32
        static let form: UInt8 = 64
        static let run: UInt8 = 128
    }

    enum Form {
        static let tenant: UInt8 = 1
        static let sameCommand: UInt8 = 2
        static let step: UInt8 = 4
        static let data: UInt8 = 8
        static let all: UInt8 = 15
    }

    /// The event that the next one is compared with: the one before it, or the beginning of a frame.
    struct Previous {
        var actor: UInt64 = 0
        var tenant: UInt32 = 1
        var subject: UInt64
        /// One more than the command's place, so that the first command is one step on.
        var command: UInt64 = 0

        mutating func follow(_ note: EventNote) {
            actor = note.actor
            tenant = note.tenant
            subject = note.subject
            command = UInt64(note.command) + 1
        }
    }

    // MARK: Writing

    /// Writes the section of a frame's events; nothing where there are none.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - base: The number that the frame's sequence of numbers stands at, 0 where the frame does not say: subjects are
    ///     mostly new, and a step away from it.
    ///   - buffer: The body of the frame, to be continued.
    static func encode(_ events: EventNotes, base: UInt64, into buffer: inout FrameBuffer) {
        guard !events.notes.isEmpty else { return }
        precondition(events.notes.count <= countMax, "a frame has at most \(countMax) events")
        let bytes = runs(events, base: base)
        let partMax = ValueWriter.capacityMax
        buffer.append(byte: table.rawValue)
        buffer.append(varint: (bytes.count + partMax - 1) / partMax)
        bytes.withUnsafeBytes { bytes in
            for (part, start) in stride(from: 0, to: bytes.count, by: partMax).enumerated() {
                let value = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + partMax, bytes.count)])
                var key = Key()
                if part > 0 { key.append(compact: UInt64(part)) }
                buffer.append(byte: 0)
                buffer.append(byte: UInt8(key.count))
                buffer.append(varint: value.count << 2 | FrameBody.Kind.insert.rawValue)
                key.withBytes { buffer.append($0) }
                buffer.append(value)
            }
        }
    }

    private static func runs(_ events: EventNotes, base: UInt64) -> [UInt8] {
        var writer = EventRunWriter(previous: Previous(subject: base))
        let notes = events.notes
        var (index, dataStart) = (0, 0)
        while index < notes.count {
            let length = runLength(notes, from: index)
            let dataEnd = dataStart + Int(notes[index].dataBytes)
            if length >= runMin {
                writer.append(notes[index], then: notes[index + 1], last: notes[index + length - 1], count: length)
                index += length
            } else {
                writer.append(notes[index], data: events.data[dataStart..<dataEnd])
                index += 1
            }
            dataStart = dataEnd
        }
        return writer.bytes
    }

    /// Counts the events from an index on that differ by a constant step and in nothing else.
    private static func runLength(_ notes: [EventNote], from start: Int) -> Int {
        guard start + 1 < notes.count else { return 1 }
        let (first, second) = (notes[start], notes[start + 1])
        let stride = second.subject &- first.subject
        let step = second.command &- first.command
        var end = start
        while end + 1 < notes.count {
            let (here, next) = (notes[end], notes[end + 1])
            guard next.kind == first.kind, next.actor == first.actor, next.tenant == first.tenant,
                here.dataBytes == 0, next.dataBytes == 0, next.subject &- here.subject == stride,
                next.command &- here.command == step
            else { break }
            end += 1
        }
        return end - start + 1
    }

    // MARK: Reading

    /// Reads the events of the bytes that a frame carries, in order.
    ///
    /// Never traps, whatever the bytes are.
    ///
    /// - Parameters:
    ///   - bytes: The values of the section's effects, joined.
    ///   - base: As for writing.
    ///   - commandCount: The number of commands of the frame.
    ///   - visit: Takes an event; its data is lent for the call.
    /// - Throws: `FrameBody.Malformed` when the bytes are no events.
    package static func decode(
        _ bytes: RawSpan, base: UInt64, commandCount: UInt32, _ visit: (EventNote, RawSpan) -> Void
    ) throws(FrameBody.Malformed) {
        var reader = ValueReader(bytes)
        var previous = Previous(subject: base)
        var total = 0
        while reader.remaining > 0 {
            guard let run = EventRun(&reader, after: previous) else { throw .init(offset: reader.position) }
            total += run.count
            guard !reader.failed, total <= countMax else { throw .init(offset: reader.position) }
            let data = bytes.extracting(reader.position - Int(run.first.dataBytes)..<reader.position)
            var note = run.first
            for index in 0..<run.count {
                if index > 0 {
                    let (command, overflow) = note.command.addingReportingOverflow(run.step)
                    guard !overflow else { throw .init(offset: reader.position) }
                    note.command = command
                    note.subject = note.subject &+ run.stride
                }
                guard note.command < commandCount else { throw .init(offset: reader.position) }
                visit(note, data)
            }
            previous.follow(note)
        }
    }
}
