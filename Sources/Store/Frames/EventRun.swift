/// Events of a frame that differ by a constant step: how they are written and read.
struct EventRun {
    var first: EventNote
    var count = 1
    /// The distance of each subject from the one before.
    var stride: UInt64 = 0
    /// The number of commands that each is behind the one before.
    var step: UInt32 = 0

    /// Reads the next run; nil where the bytes are none.
    init?(_ reader: inout ValueReader, after previous: FrameEvents.Previous) {
        let head = reader.byte()
        let short = head & FrameEvents.Head.kinds
        let kind = short == 0 ? reader.byte() : short
        let form = head & FrameEvents.Head.form != 0 ? reader.byte() : 0
        guard kind != 0, form & ~FrameEvents.Form.all == 0 else { return nil }
        let actor = head & FrameEvents.Head.actor != 0 ? reader.varint() : previous.actor
        let tenant = form & FrameEvents.Form.tenant != 0 ? reader.varint() : UInt64(previous.tenant)
        var step: UInt64 = form & FrameEvents.Form.sameCommand != 0 ? 0 : 1
        if form & FrameEvents.Form.step != 0 { step = reader.varint() }
        let (command, overflow) = previous.command.addingReportingOverflow(step)
        let subject = previous.subject &+ reader.zigzag()
        guard !overflow, command > 0, command <= UInt64(UInt32.max), let tenant = UInt32(exactly: tenant) else {
            return nil
        }
        first = EventNote(
            kind: kind, actor: actor, tenant: tenant, subject: subject, command: UInt32(command - 1))
        if head & FrameEvents.Head.run != 0 {
            guard let count = Int(exactly: reader.varint()), count > 1 else { return nil }
            self.count = count
            stride = reader.zigzag()
            guard let step = UInt32(exactly: reader.varint()) else { return nil }
            self.step = step
        }
        if form & FrameEvents.Form.data != 0 {
            guard let bytes = UInt32(exactly: reader.varint()), Int(bytes) <= reader.remaining, count == 1 else {
                return nil
            }
            first.dataBytes = bytes
            reader.skip(Int(bytes))
        }
    }
}

extension ValueReader {
    /// An integer in groups of 7 bits, least significant first.
    mutating func varint() -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = byte()
            let bits = UInt64(next & 0x7F)
            guard shift < 63 || bits <= 1 else { break }
            value |= bits << shift
            if next & 0x80 == 0 { return value }
        }
        isBeyondEnd = true
        return 0
    }

    /// A difference: an integer whose lowest bit is its sign.
    mutating func zigzag() -> UInt64 {
        let value = varint()
        return value & 1 == 0 ? value >> 1 : ~(value >> 1)
    }
}
