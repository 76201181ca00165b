import Domain
import Engine
import Journal

/// The contents of a journal, for people and as JSON.
struct JournalResult: Encodable {
    struct Segment: Encodable {
        var file: String
        var firstSequence: UInt64
        var lastSequence: UInt64?
        var bytes: UInt64
    }

    struct Effect: Encodable {
        var table: String
        var kind: String
        var keyBytes: Int
        var valueBytes: Int
    }

    struct Happening: Encodable {
        var id: String
        var type: String
        var tenant: UInt32
        var subject: UInt64
        var actor: String
        var key: UInt64?

        init(_ event: Event) {
            id = event.id.description
            type = event.kind.word
            tenant = event.tenant.rawValue
            subject = event.subject.rawValue
            actor = event.actor.word
            key = event.actor.key?.rawValue
        }
    }

    struct Frame: Encodable {
        var position: String
        var segment: UInt64
        var offset: UInt64
        var firstSequence: UInt64
        var commands: UInt32
        var rawBytes: Int
        var storedBytes: Int
        var time: String
        var previousChain: String
        var chain: String
        var digest: String
        var effects: [Effect]?
        var events: [Happening]?
    }

    var segments: [Segment]
    var oldest: String
    var end: String
    var unfinishedBytes: UInt64
    var frames: [Frame] = []

    init(_ view: JournalView, from sequence: UInt64, limit: Int, effects: Bool, events: Bool) throws {
        segments = view.segments.map {
            Segment(file: $0.file, firstSequence: $0.firstSequence, lastSequence: $0.lastSequence, bytes: $0.bytes)
        }
        oldest = view.oldest.description
        end = view.end.position.description
        unfinishedBytes = view.tail?.bytes ?? 0
        let reader = try view.makeReader(after: view.oldest, contents: effects || events ? .payload : .frame)
        while frames.count < limit, let header = try reader.next(through: view.end.position) {
            guard header.lastSequence >= sequence else { continue }
            var frame = Frame(
                position: header.position.description, segment: reader.segment,
                offset: reader.offset - UInt64(header.frameBytes), firstSequence: header.firstSequence,
                commands: header.commandCount, rawBytes: header.rawLength, storedBytes: header.storedLength,
                time: describe(header.time), previousChain: header.previousChain.description,
                chain: reader.point.chain.description, digest: header.digest.description)
            if effects { frame.effects = try JournalResult.effects(reader, header.position) }
            if events {
                frame.events = try reader.withContents { try EventReader.events(of: header, $0).map(Happening.init) }
            }
            frames.append(frame)
        }
    }

    private static func effects(_ reader: JournalReader, _ position: LogPosition) throws -> [Effect] {
        var effects: [Effect] = []
        try reader.withContents { payload in
            try JournalEffect.forEach(in: payload, at: position) {
                effects.append(
                    Effect(table: $0.table, kind: $0.kind.rawValue, keyBytes: $0.keyBytes, valueBytes: $0.valueBytes))
            }
        }
        return effects
    }

    func print() {
        Terminal.print("from \(oldest) to \(end)")
        for segment in segments {
            let last = segment.lastSequence.map { "\($0)" } ?? "…"
            Terminal.print(
                "  \(segment.file)  sequences \(segment.firstSequence) to \(last)  \(describe(bytes: segment.bytes))")
        }
        if unfinishedBytes > 0 { Terminal.print("  behind the end: \(unfinishedBytes) bytes of an unfinished frame") }
        for frame in frames {
            Terminal.print(
                "frame \(frame.position)  \(frame.commands) commands  \(frame.rawBytes) bytes, \(frame.storedBytes) stored  "
                    + frame.time)
            Terminal.print("    segment \(frame.segment), offset \(frame.offset)")
            Terminal.print("    chain   \(frame.chain)")
            Terminal.print("    digest  \(frame.digest)")
            for event in frame.events ?? [] {
                let actor = event.key.map { "\(event.actor) \($0)" } ?? event.actor
                Terminal.print(
                    "    \(event.id) \(event.type)  tenant \(event.tenant), number \(event.subject), by \(actor)")
            }
            for effect in frame.effects ?? [] {
                Terminal.print(
                    "    \(effect.kind) \(effect.table)  key \(effect.keyBytes), value \(effect.valueBytes) bytes")
            }
        }
    }
}
