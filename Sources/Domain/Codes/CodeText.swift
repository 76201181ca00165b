/// The text of a code in its one normal form, which is stored, compared and shown.
///
/// Normalising trims, upper-cases ASCII, drops spaces, hyphens and underscores, and maps the letters that people
/// confuse with digits (I and L to 1, O to 0). Doing it again changes nothing.
public struct CodeText: Hashable, Sendable {
    /// The most characters of what somebody typed.
    public static let rawLengthMax = 128
    /// The most bytes of a code that exists.
    ///
    /// Longer texts are unknown by construction.
    public static let lengthMax = 64

    /// The fault of what cannot be read as a code, in words.
    public static let rule =
        "Must have 1 to \(rawLengthMax) characters, and not only spaces, hyphens and underscores."

    /// The normal form; never empty.
    public let text: String

    /// Byte by byte, as the tables compare: `String` takes a Kelvin sign for a K.
    @inline(__always)
    public static func == (left: CodeText, right: CodeText) -> Bool {
        let areEqual = left.text.utf8.withContiguousStorageIfAvailable { left in
            right.text.utf8.withContiguousStorageIfAvailable { left.count == $0.count && left.elementsEqual($0) }
        }
        return (areEqual ?? nil) ?? left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Normalises what somebody typed; nil when it breaks the ``rule``: it is too long, or nothing is left of it.
    public init?(raw: String) {
        let utf8 = raw.utf8
        guard utf8.count <= CodeText.rawLengthMax || raw.unicodeScalars.count <= CodeText.rawLengthMax else {
            return nil
        }
        if utf8.allSatisfy(CodeText.isNormal) {
            text = raw
        } else {
            text = CodeText.normalize(raw)
        }
        if text.isEmpty { return nil }
    }

    /// True if a code may have this text: 1 to ``lengthMax`` letters and digits of ASCII.
    ///
    /// Random and signed codes have no U; chosen ones may.
    var mayBeCode: Bool {
        (1...CodeText.lengthMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 || $0 &- UInt8(ascii: "A") < 26 }
    }

    /// The fault of a text that no code may have.
    static let malformed = "A code has 1 to 64 letters and digits; spaces, hyphens and underscores are dropped."

    /// The spelling in which a text was given, without the white space around it; nil where that is the normal form.
    ///
    /// - Precondition: `raw` is a spelling of this text, and ``mayBeCode`` is true: then it is ASCII.
    func label(as raw: String) -> String? {
        var bytes = Array(raw.utf8)[...]
        while let last = bytes.last, CodeText.isTrimmed(last) { bytes.removeLast() }
        while let first = bytes.first, CodeText.isTrimmed(first) { bytes.removeFirst() }
        // Behind a hyphen at an end there can be control characters, which nobody has written on a voucher.
        guard bytes.allSatisfy({ $0 >= 0x20 }), !bytes.elementsEqual(text.utf8) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Takes a text that is in normal form already.
    init(normalized text: String) {
        self.text = text
    }

    @inline(__always)
    private static func isNormal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            byte != UInt8(ascii: "I") && byte != UInt8(ascii: "L") && byte != UInt8(ascii: "O")
        default: false
        }
    }

    private static func isTrimmed(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == 0x00 || byte == 0x0B
    }

    private static func normalize(_ raw: String) -> String {
        var bytes = Array(raw.utf8)
        // Dropping a hyphen can bring a tab to the end, which a second pass would trim: trimming comes after dropping.
        bytes.removeAll { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        while let last = bytes.last, isTrimmed(last) { bytes.removeLast() }
        let start = bytes.firstIndex { !isTrimmed($0) } ?? bytes.endIndex
        for index in start..<bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes[index] -= 0x20
            default: break
            }
            switch bytes[index] {
            case UInt8(ascii: "I"), UInt8(ascii: "L"): bytes[index] = UInt8(ascii: "1")
            case UInt8(ascii: "O"): bytes[index] = UInt8(ascii: "0")
            default: break
            }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }
}
