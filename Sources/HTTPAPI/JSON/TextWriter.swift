import Invitations
import Journal
import NIOCore

/// Something that text is appended to, without strings on the way.
protocol TextWriter {
    /// Constant text: punctuation and names.
    mutating func raw(_ text: StaticString)
    /// Bytes as they are.
    mutating func raw(_ bytes: UnsafeRawBufferPointer)
    /// Calls `body` with room for exactly that many bytes, all of which it fills.
    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void)
}

extension TextWriter {
    mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    mutating func integer(_ value: some FixedWidthInteger) {
        Decimal.write(value, to: &self)
    }

    mutating func integer(_ value: (some FixedWidthInteger)?) {
        if let value { integer(value) } else { raw("null") }
    }

    /// A quoted instant such as `"2026-11-20T23:41:00.123Z"`.
    mutating func time(_ value: Timestamp) {
        raw("\"")
        TimeText.write(value, to: &self)
        raw("\"")
    }

    mutating func time(_ value: Timestamp?) {
        if let value { time(value) } else { raw("null") }
    }

    /// A position without quotes.
    mutating func bare(_ value: LogPosition) {
        Decimal.write(value.epoch, to: &self)
        raw("-")
        Decimal.write(value.sequence, to: &self)
    }

    mutating func position(_ value: LogPosition) {
        raw("\"")
        bare(value)
        raw("\"")
    }

    /// Text as it is.
    mutating func plain(_ value: String) {
        var value = value
        value.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// A quoted string.
    ///
    /// Escapes what RFC 8259 demands and nothing else.
    mutating func string(_ value: String) {
        raw("\"")
        var value = value
        value.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                raw(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<index])))
                escape(byte)
                start = index + 1
            }
            raw(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start...])))
        }
        raw("\"")
    }

    mutating func string(_ value: String?) {
        if let value { string(value) } else { raw("null") }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        default:
            raw("\\u00")
            append(count: 2) { bytes in
                bytes[0] = hexDigit(byte >> 4)
                bytes[1] = hexDigit(byte & 15)
            }
        }
    }
}

/// The lower-case digit of a value below 16.
func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

extension ByteBuffer: TextWriter {
    mutating func raw(_ text: StaticString) { writeStaticString(text) }

    mutating func raw(_ bytes: UnsafeRawBufferPointer) { writeBytes(bytes) }

    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
    }
}

/// Text in memory of a fixed size, for what has a known greatest length.
///
/// Borrows the memory: used only inside the call that lends it. Writing more than there is room for is a mistake of the
/// caller and stops the process.
struct FixedText: TextWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// What has been written.
    var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func raw(_ text: StaticString) {
        // Right: a StaticString's storage lives as long as the program.
        raw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        append(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    @inline(__always)
    mutating func append(count added: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(added <= memory.count - count, "the greatest length of an answer was reckoned too small")
        body(UnsafeMutableRawBufferPointer(rebasing: memory[count..<(count + added)]))
        count += added
    }
}
