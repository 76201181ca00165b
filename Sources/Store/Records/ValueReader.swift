/// Reads the fields of one stored value, in order, with every bound checked.
///
/// A read beyond the end sets ``failed`` and yields zero, so that a codec reads all its fields and asks once.
public struct ValueReader: ~Escapable {
    @usableFromInline let bytes: RawSpan
    @usableFromInline var offset = 0
    @usableFromInline var isBeyondEnd = false

    /// True if a read went beyond the end or found no text: the record is damaged or of another version.
    @inlinable public var failed: Bool { isBeyondEnd }

    /// Starts at the first byte.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// The bytes not read yet.
    @inlinable public var remaining: Int { bytes.byteCount - offset }

    /// The number of bytes read.
    @inlinable public var position: Int { offset }

    /// Passes over bytes.
    @inlinable
    public mutating func skip(_ count: Int) {
        guard count >= 0, remaining >= count else {
            isBeyondEnd = true
            return
        }
        offset += count
    }

    /// One byte.
    @inlinable
    public mutating func byte() -> UInt8 {
        guard offset < bytes.byteCount else {
            isBeyondEnd = true
            return 0
        }
        defer { offset += 1 }
        return bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// A fixed-width integer, little-endian.
    @inlinable
    public mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type = Number.self)
        -> Number
    {
        guard remaining >= MemoryLayout<Number>.size else {
            isBeyondEnd = true
            return 0
        }
        defer { offset += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// An integer of `width` bytes, little-endian.
    @inlinable
    public mutating func integer(width: Int) -> UInt64 {
        if let word = front(width) { return UInt64(littleEndian: word) & (.max >> UInt64(64 - 8 * width)) }
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(byte()) << UInt64(8 * index) }
        return value
    }

    /// An integer written by ``ValueWriter/append(compact:)``.
    @inlinable
    public mutating func compact() -> UInt64 {
        let count = byte()
        guard count <= 8 else {
            isBeyondEnd = true
            return 0
        }
        if let word = front(Int(count)) { return UInt64(bigEndian: word) >> (64 - 8 * UInt64(count)) }
        var value: UInt64 = 0
        for _ in 0..<count { value = value << 8 | UInt64(byte()) }
        return value
    }

    /// Passes over at most 8 bytes and gives the word that begins with them, as it lies in memory.
    ///
    /// One load costs less than eight. Nil, with nothing read, where fewer than 8 bytes are left.
    @inlinable
    @inline(__always)
    mutating func front(_ count: Int) -> UInt64? {
        guard remaining >= 8, count <= 8 else { return nil }
        defer { offset += count }
        return bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The next `count` bytes.
    @inlinable
    public mutating func bytes(_ count: Int) -> [UInt8] {
        guard count >= 0, remaining >= count else {
            isBeyondEnd = true
            return []
        }
        defer { offset += count }
        return bytes.extracting(offset..<(offset + count)).withUnsafeBytes { Array($0) }
    }

    /// The next `count` bytes as UTF-8 text; none other was ever written.
    @inlinable
    public mutating func text(_ count: Int) -> String {
        guard count >= 0, remaining >= count else {
            isBeyondEnd = true
            return ""
        }
        let text = bytes.extracting(offset..<(offset + count)).withUnsafeBytes { String(validating: $0, as: UTF8.self) }
        guard let text else {
            isBeyondEnd = true
            return ""
        }
        offset += count
        return text
    }
}
