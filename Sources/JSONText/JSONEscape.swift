/// Escapes the characters of a string that RFC 8259 demands to be escaped, and no others.
public enum JSONEscape {
    /// True if a byte of a string cannot stand for itself.
    @inlinable
    public static func needs(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    /// The escape to write for such a byte.
    public static func text(of byte: UInt8) -> [UInt8] {
        switch byte {
        case 0x22: Array("\\\"".utf8)
        case 0x5C: Array("\\\\".utf8)
        case 0x0A: Array("\\n".utf8)
        case 0x0D: Array("\\r".utf8)
        case 0x09: Array("\\t".utf8)
        default: Array("\\u00".utf8) + [hexDigit(byte >> 4), hexDigit(byte & 15)]
        }
    }
}
