import JSONText
package import Journal

/// A destination that text is appended to without making strings.
package protocol TextWriter {
    /// Constant text: punctuation and names.
    mutating func raw(_ text: StaticString)
    /// Bytes as they are.
    mutating func raw(_ bytes: UnsafeRawBufferPointer)
    /// Calls `body` with room for exactly that many bytes, all of which it fills.
    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void)
}

extension TextWriter {
    @inlinable
    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    @inlinable
    package mutating func integer(_ value: some FixedWidthInteger) {
        Decimal.write(value, to: &self)
    }

    @inlinable
    package mutating func integer(_ value: (some FixedWidthInteger)?) {
        if let value { integer(value) } else { raw("null") }
    }

    /// A quoted instant such as `"2026-11-20T23:41:00.123Z"`.
    @inlinable
    package mutating func time(_ value: Timestamp) {
        raw("\"")
        TimeText.write(value, to: &self)
        raw("\"")
    }

    @inlinable
    package mutating func time(_ value: Timestamp?) {
        if let value { time(value) } else { raw("null") }
    }

    /// A position without quotes.
    @inlinable
    package mutating func bare(_ value: LogPosition) {
        Decimal.write(value.epoch, to: &self)
        raw("-")
        Decimal.write(value.sequence, to: &self)
    }

    @inlinable
    package mutating func position(_ value: LogPosition) {
        raw("\"")
        bare(value)
        raw("\"")
    }

    /// Text as it is.
    @inlinable
    package mutating func plain(_ value: String) {
        var value = value
        value.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// A quoted string.
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

    @inlinable
    package mutating func string(_ value: String?) {
        if let value { string(value) } else { raw("null") }
    }

    @inlinable
    mutating func escape(_ byte: UInt8) {
        JSONEscape.text(of: byte).withUnsafeBytes { raw($0) }
    }
}
