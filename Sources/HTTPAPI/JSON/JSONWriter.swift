import Journal
import NIOCore

/// Writes JSON text straight into a byte buffer.
///
/// Knows no structure: the caller writes the punctuation.
struct JSONWriter {
    /// What has been written so far.
    var buffer: ByteBuffer

    init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Constant text: punctuation and names.
    mutating func raw(_ text: StaticString) {
        buffer.writeStaticString(text)
    }

    /// Text that is JSON already.
    mutating func raw(_ bytes: [UInt8]) {
        buffer.writeBytes(bytes)
    }

    mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    mutating func integer(_ value: some FixedWidthInteger) {
        Decimal.write(value, to: &buffer)
    }

    mutating func integer(_ value: (some FixedWidthInteger)?) {
        if let value { integer(value) } else { raw("null") }
    }

    /// Milliseconds as seconds with three decimals.
    mutating func seconds(milliseconds value: Int64) {
        integer(value / 1000)
        raw(".")
        let rest = String(abs(value % 1000))
        buffer.writeString(String(repeating: "0", count: 3 - rest.count) + rest)
    }

    /// A quoted instant such as `"2026-11-20T23:41:00.123Z"`.
    mutating func time(_ value: Timestamp) {
        raw("\"")
        TimeText.write(value, to: &buffer)
        raw("\"")
    }

    mutating func time(_ value: Timestamp?) {
        if let value { time(value) } else { raw("null") }
    }

    mutating func position(_ value: LogPosition) {
        raw("\"")
        Decimal.write(value.epoch, to: &buffer)
        raw("-")
        Decimal.write(value.sequence, to: &buffer)
        raw("\"")
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
                buffer.writeBytes(bytes[start..<index])
                escape(byte)
                start = index + 1
            }
            _ = buffer.writeBytes(bytes[start...])
        }
        raw("\"")
    }

    mutating func string(_ value: String?) {
        if let value { string(value) } else { raw("null") }
    }

    /// A tree.
    mutating func value(_ value: JSONTree) {
        switch value {
        case .null: raw("null")
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let text): buffer.writeString(text)
        case .string(let text): string(text)
        case .array(let elements):
            raw("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { raw(",") }
                self.value(element)
            }
            raw("]")
        case .object(let object):
            raw("{")
            for (index, member) in object.members.enumerated() {
                if index > 0 { raw(",") }
                string(member.name)
                raw(":")
                self.value(member.value)
            }
            raw("}")
        }
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
            buffer.writeInteger(JSONWriter.hexDigits[Int(byte >> 4)])
            buffer.writeInteger(JSONWriter.hexDigits[Int(byte & 15)])
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
