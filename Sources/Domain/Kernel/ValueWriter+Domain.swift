internal import Journal
internal import Store

extension Timestamp {
    /// The instants that records can hold: 48 bits of milliseconds, from 1970 to the year 10889.
    static let storable = Timestamp(milliseconds: 0)...Timestamp(milliseconds: (1 << 48) - 1)
}

extension ValueWriter {
    /// Writes an instant in 6 bytes.
    ///
    /// - Precondition: the instant is between 1970 and the year 10889; commands check what comes from outside.
    @inline(__always)
    mutating func append(instant: Timestamp) {
        precondition(Timestamp.storable.contains(instant), "a stored instant has 48 bits")
        append(UInt64(bitPattern: instant.milliseconds), width: 6)
    }

    /// Writes a number in its compact form.
    @inline(__always)
    mutating func append(entity: EntityNumber) {
        append(compact: entity.rawValue)
    }

    /// Writes a text of at most 255 bytes behind its length.
    mutating func append(shortText text: String) {
        precondition(text.utf8.count <= 255, "a short text has at most 255 bytes")
        append(byte: UInt8(truncatingIfNeeded: text.utf8.count))
        append(bytes: text.utf8)
    }

    /// Writes a text of at most 1,500 bytes behind its length in two bytes.
    mutating func append(text: String) {
        precondition(text.utf8.count <= ValueReader.textBytesMax, "a text in a row has at most 1,500 bytes")
        append(UInt16(truncatingIfNeeded: text.utf8.count))
        append(bytes: text.utf8)
    }
}

extension ValueReader {
    /// A text behind its length in one byte.
    mutating func shortText() -> String { text(Int(byte())) }

    /// An instant of a key, in 8 bytes, most significant first.
    mutating func bigEndianInstant() -> Timestamp {
        let value: UInt64 = integer()
        return Timestamp(milliseconds: Int64(bitPattern: UInt64(bigEndian: value.littleEndian)))
    }

    /// The longest text of a row that has its length in two bytes.
    static let textBytesMax = 1500

    /// A text behind its length in two bytes.
    mutating func longText() -> String {
        let count = Int(integer(UInt16.self))
        guard count <= ValueReader.textBytesMax else {
            damaged()
            return ""
        }
        return text(count)
    }
}

/// Stops on a record that cannot be read although the checksums of its page and frame were right.
///
/// Going on would decide from wrong facts; the operator runs `usher verify` and restores.
func damagedRecord(_ table: StaticString) -> Never {
    preconditionFailure("a record of \(table) is damaged although its checksums are right")
}
