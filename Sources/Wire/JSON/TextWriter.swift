public import JSONText
public import Journal

/// A destination that text is appended to without making strings.
public protocol TextWriter {
    /// Constant text: punctuation and names.
    mutating func raw(_ text: StaticString)
    /// Bytes as they are.
    mutating func raw(_ bytes: UnsafeRawBufferPointer)
    /// Calls `body` with room for exactly that many bytes, all of which it fills.
    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void)
    /// The decimal digits of a number: a requirement, so that each kind of text has a compiled one of its own.
    mutating func integer(_ value: UInt64)
}

extension TextWriter {
    /// Appends `true` or `false`.
    @inlinable
    public mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    /// Appends decimal digits.
    @inlinable
    public mutating func integer(_ value: UInt64) {
        Decimal.write(value, to: &self)
    }

    /// Appends an integer with its sign.
    @inlinable @inline(__always)
    public mutating func integer(_ value: some FixedWidthInteger) {
        if value < 0 { raw("-") }
        integer(UInt64(value.magnitude))
    }

    /// Appends an integer, or `null`.
    @inlinable @inline(__always)
    public mutating func integer(_ value: (some FixedWidthInteger)?) {
        if let value { integer(value) } else { raw("null") }
    }

    /// A quoted instant such as `"2026-11-20T23:41:00.123Z"`.
    package mutating func time(_ value: Timestamp) {
        raw("\"")
        TimeText.write(value, to: &self)
        raw("\"")
    }

    package mutating func time(_ value: Timestamp?) {
        if let value { time(value) } else { raw("null") }
    }

    /// A position without quotes.
    @inlinable
    public mutating func bare(_ value: LogPosition) {
        integer(value.epoch)
        raw("-")
        integer(value.sequence)
    }

    /// Appends a position in quotes.
    @inlinable
    public mutating func position(_ value: LogPosition) {
        raw("\"")
        bare(value)
        raw("\"")
    }

    /// Text as it is.
    @inlinable
    public mutating func plain(_ value: String) {
        var value = value
        value.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// A quoted string.
    ///
    /// Escapes what RFC 8259 demands and nothing else.
    @inlinable
    public mutating func string(_ value: String) {
        raw("\"")
        var value = value
        value.withUTF8 { escaped($0) }
        raw("\"")
    }

    /// The bytes of a string, with escapes.
    @inlinable
    mutating func escaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, byte) in bytes.enumerated() where JSONEscape.needs(byte) {
            raw(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<index])))
            escape(byte)
            start = index + 1
        }
        raw(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start...])))
    }

    /// Appends a quoted string, or `null`.
    @inlinable
    public mutating func string(_ value: String?) {
        if let value { string(value) } else { raw("null") }
    }

    @inlinable
    mutating func escape(_ byte: UInt8) {
        JSONEscape.text(of: byte).withUnsafeBytes { raw($0) }
    }
}
