/// Something that text is appended to, without strings on the way.
package protocol TextWriter {
    /// Constant text: punctuation and names.
    mutating func raw(_ text: StaticString)
    /// Bytes as they are.
    mutating func raw(_ bytes: UnsafeRawBufferPointer)
    /// Calls `body` with room for exactly that many bytes, all of which it fills.
    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void)
}

extension TextWriter {
    /// Appends `true` or `false`.
    @inlinable
    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    /// Appends decimal digits.
    @inlinable
    package mutating func integer(_ value: some FixedWidthInteger) {
        Decimal.write(value, to: &self)
    }

    /// Appends decimal digits or `null`.
    @inlinable
    package mutating func integer(_ value: (some FixedWidthInteger)?) {
        if let value { integer(value) } else { raw("null") }
    }

    /// Appends text as it is.
    @inlinable
    package mutating func plain(_ value: String) {
        var value = value
        value.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a quoted string.
    ///
    /// Escapes what RFC 8259 demands and nothing else.
    @inlinable
    package mutating func string(_ value: String) {
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

    /// Appends a quoted string or `null`.
    @inlinable
    package mutating func string(_ value: String?) {
        if let value { string(value) } else { raw("null") }
    }

    /// Appends a tree.
    package mutating func value(_ value: JSONTree) {
        switch value {
        case .null: raw("null")
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let text): plain(text)
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

    @usableFromInline
    mutating func escape(_ byte: UInt8) {
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
@inlinable
package func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
