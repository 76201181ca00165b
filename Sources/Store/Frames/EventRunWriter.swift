/// Writes the events of a frame one after the other.
struct EventRunWriter {
    var previous: FrameEvents.Previous
    private(set) var bytes: [UInt8] = []

    init(previous: FrameEvents.Previous) { self.previous = previous }

    /// Writes an event.
    mutating func append(_ note: EventNote, data: ArraySlice<UInt8>) {
        append(head: note, isRun: false)
        if !data.isEmpty {
            append(varint: UInt64(data.count))
            bytes += data
        }
        previous.follow(note)
    }

    /// Writes events that differ by what the second differs from the first.
    mutating func append(_ first: EventNote, then second: EventNote, last: EventNote, count: Int) {
        append(head: first, isRun: true)
        append(varint: UInt64(count))
        append(zigzag: second.subject &- first.subject)
        append(varint: UInt64(second.command - first.command))
        previous.follow(last)
    }

    private mutating func append(head note: EventNote, isRun: Bool) {
        let step = UInt64(note.command) + 1 - previous.command
        var form: UInt8 = 0
        if note.tenant != previous.tenant { form |= FrameEvents.Form.tenant }
        if step == 0 { form |= FrameEvents.Form.sameCommand }
        if step > 1 { form |= FrameEvents.Form.step }
        if note.dataBytes > 0 { form |= FrameEvents.Form.data }
        let isShort = note.kind <= FrameEvents.Head.kinds
        var head = isShort ? note.kind : 0
        if note.actor != previous.actor { head |= FrameEvents.Head.actor }
        if form != 0 { head |= FrameEvents.Head.form }
        if isRun { head |= FrameEvents.Head.run }
        bytes.append(head)
        if !isShort { bytes.append(note.kind) }
        if form != 0 { bytes.append(form) }
        if note.actor != previous.actor { append(varint: note.actor) }
        if form & FrameEvents.Form.tenant != 0 { append(varint: UInt64(note.tenant)) }
        if form & FrameEvents.Form.step != 0 { append(varint: step) }
        append(zigzag: note.subject &- previous.subject)
    }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a difference, small ones of either sign in few bytes.
    private mutating func append(zigzag difference: UInt64) {
        let signed = Int64(bitPattern: difference)
        append(varint: UInt64(bitPattern: (signed << 1) ^ (signed >> 63)))
    }
}
