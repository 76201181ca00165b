/// Reads JSON text (RFC 8259) where it lies, without a tree and without copies.
///
/// Every accepted text is valid UTF-8 with paired surrogates; nesting is at most ``depthMax`` deep. Cost is linear.
/// It borrows the memory it reads: a scanner lives only inside the call that lends the bytes, and compares its offset
/// with their count before every access.
public struct JSONScanner {
    /// The deepest nesting that is read; deeper text is refused, so that a body cannot exhaust the stack.
    public static let depthMax = 64

    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    /// The next byte to read.
    public var offset = 0

    /// Starts at the first byte.
    ///
    /// The caller keeps the memory alive while the scanner is used.
    @inlinable
    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Where a string's characters lie, without its quotes.
    public struct StringToken {
        /// The first byte.
        public var start: Int
        /// The byte after the last one.
        public var end: Int
        /// True if it holds an escape.
        public var isEscaped: Bool

        @inlinable
        init(start: Int, end: Int, isEscaped: Bool) {
            self.start = start
            self.end = end
            self.isEscaped = isEscaped
        }
    }

    /// Where a number lies, and whether it is written as an integer.
    public struct NumberToken {
        /// The first byte.
        public var start: Int
        /// The byte after the last one.
        public var end: Int
        /// True if it has neither a fraction nor an exponent.
        public var isInteger: Bool

        @inlinable
        init(start: Int, end: Int, isInteger: Bool) {
            self.start = start
            self.end = end
            self.isInteger = isInteger
        }
    }

    /// The kind of the next value, told by its first byte.
    public enum Kind {
        case object, array, string, number, bool, null
    }

    /// Makes the error for a fault at the reading position.
    @inlinable
    public func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: offset) }

    /// The byte at the reading position; nil at the end.
    @inlinable
    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// True if a line holds only JSON white space, and so no value.
    @inlinable
    public static func isBlank(_ line: some Sequence<UInt8>) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    /// Reads past white space.
    @inlinable
    public mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    /// Reads past white space and takes `byte` if it comes next.
    @inlinable
    public mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        offset += 1
        return true
    }

    /// Takes `byte`, or throws when another one comes next.
    @inlinable
    public mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard take(byte) else { throw failure("expected '\(Character(UnicodeScalar(byte)))'") }
    }

    /// Fails unless only white space is left.
    @inlinable
    public mutating func expectEnd() throws(JSONError) {
        skipSpace()
        guard offset == bytes.count else { throw failure("unexpected text after the value") }
    }

    /// Reads past white space and returns the kind of the next value.
    @inlinable
    public mutating func kind() throws(JSONError) -> Kind {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-")?: return .number
        case let byte? where isDigit(byte): return .number
        case nil: throw failure("unexpected end")
        default: throw failure("expected a value")
        }
    }

    /// Reads a string and checks its escapes and its UTF-8.
    @inlinable
    public mutating func string() throws(JSONError) -> StringToken {
        try expect(UInt8(ascii: "\""))
        let start = offset
        var isEscaped = false
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return StringToken(start: start, end: offset - 1, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                try skipEscape()
            case 0..<0x20: throw failure("control character in a string")
            case 0x20..<0x80: offset += 1
            default: try skipMultibyte(byte)
            }
        }
        throw failure("string without end")
    }

    /// Reads a number.
    @inlinable
    public mutating func number() throws(JSONError) -> NumberToken {
        skipSpace()
        let start = offset
        if current == UInt8(ascii: "-") { offset += 1 }
        guard let first = current, isDigit(first) else { throw failure("expected a digit") }
        offset += 1
        if first != UInt8(ascii: "0") { skipDigits() }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            try requireDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try requireDigits()
        }
        return NumberToken(start: start, end: offset, isInteger: isInteger)
    }

    /// Reads `true` or `false`.
    @inlinable
    public mutating func bool() throws(JSONError) -> Bool {
        skipSpace()
        if takeWord("true") { return true }
        if takeWord("false") { return false }
        throw failure("expected true or false")
    }

    /// Reads `null`.
    @inlinable
    public mutating func null() throws(JSONError) {
        skipSpace()
        guard takeWord("null") else { throw failure("expected null") }
    }

    /// Reads over any value, checking all of it, and says where it lies.
    @inlinable
    public mutating func skipValue(depth: Int = 0) throws(JSONError) -> Range<Int> {
        let kind = try kind()
        let start = offset
        switch kind {
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        case .array:
            guard depth < JSONScanner.depthMax else { throw failure("nested too deeply") }
            offset += 1
            if !take(UInt8(ascii: "]")) {
                repeat { _ = try skipValue(depth: depth + 1) } while take(UInt8(ascii: ","))
                try expect(UInt8(ascii: "]"))
            }
        case .object:
            guard depth < JSONScanner.depthMax else { throw failure("nested too deeply") }
            offset += 1
            if !take(UInt8(ascii: "}")) {
                repeat {
                    _ = try string()
                    try expect(UInt8(ascii: ":"))
                    _ = try skipValue(depth: depth + 1)
                } while take(UInt8(ascii: ","))
                try expect(UInt8(ascii: "}"))
            }
        }
        return start..<offset
    }

    @inlinable
    mutating func takeWord(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - offset >= count else { return false }
        for index in 0..<count where bytes[offset + index] != word.utf8Start[index] { return false }
        offset += count
        return true
    }

    /// Lends the bytes of a range for the length of the call.
    @inlinable
    public func bytes<Result>(in range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(rebasing: bytes[range]))
    }

    @inlinable
    func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @inlinable
    mutating func skipDigits() {
        while let byte = current, isDigit(byte) { offset += 1 }
    }

    @inlinable
    mutating func requireDigits() throws(JSONError) {
        guard let byte = current, isDigit(byte) else { throw failure("expected a digit") }
        skipDigits()
    }

    @inlinable
    mutating func skipEscape() throws(JSONError) {
        offset += 1
        guard let byte = current else { throw failure("string without end") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 1
        case UInt8(ascii: "u"):
            offset += 1
            let unit = try hexUnit()
            if unit & 0xFC00 == 0xDC00 { throw failure("low surrogate without a high one") }
            guard unit & 0xFC00 == 0xD800 else { return }
            guard takeWord("\\u") else { throw failure("high surrogate without a low one") }
            guard try hexUnit() & 0xFC00 == 0xDC00 else { throw failure("high surrogate without a low one") }
        default:
            throw failure("unknown escape")
        }
    }

    @inlinable
    mutating func hexUnit() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = JSONScanner.hexValue(byte) else {
                throw failure("expected four hexadecimal digits")
            }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    /// Returns the value of a hexadecimal digit; nil for any other byte.
    @inlinable
    public static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// One well-formed UTF-8 sequence of two to four bytes: no overlong form, no surrogate, nothing above U+10FFFF.
    @inlinable
    mutating func skipMultibyte(_ lead: UInt8) throws(JSONError) {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0...0)
            }
        guard length > 0, bytes.count - offset >= length, second.contains(bytes[offset + 1]) else {
            throw failure("invalid UTF-8")
        }
        for index in 2..<max(length, 2) where bytes[offset + index] & 0xC0 != 0x80 { throw failure("invalid UTF-8") }
        offset += length
    }
}
