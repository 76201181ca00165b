import HTTPTypes

/// Reads header fields up to the empty line.
struct FieldReader {
    enum Result {
        case whole, incomplete, other
    }

    let bytes: UnsafeBufferPointer<UInt8>
    /// Behind what was read.
    private(set) var offset: Int
    private(set) var authorization: Range<Int>?
    private(set) var traceparent: Range<Int>?
    private(set) var contentLength: Int?
    private(set) var hasHost = false
    private var hasContentType = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    private static let fieldsMax = 100

    mutating func readAll() -> Result {
        for _ in 0..<FieldReader.fieldsMax {
            guard offset + 1 < bytes.count else { return .incomplete }
            if bytes[offset] == 0x0D {
                guard bytes[offset + 1] == 0x0A else { return .other }
                offset += 2
                return .whole
            }
            switch readField() {
            case .whole: continue
            case let end: return end
            }
        }
        return .other
    }

    private mutating func readField() -> Result {
        let start = offset
        var colon = start
        while colon < bytes.count, FieldReader.isToken(bytes[colon]) { colon += 1 }
        guard colon < bytes.count else { return .incomplete }
        guard colon > start, bytes[colon] == UInt8(ascii: ":") else { return .other }
        var end = colon + 1
        while end < bytes.count, FieldReader.isValue(bytes[end]) { end += 1 }
        guard end + 1 < bytes.count else { return .incomplete }
        // Readers of HTTP disagree about white space at the end of a value.
        guard bytes[end] == 0x0D, bytes[end + 1] == 0x0A, bytes[end - 1] != 0x20 else { return .other }
        offset = end + 2
        var value = colon + 1
        while value < end, bytes[value] == 0x20 { value += 1 }
        return take(name: start..<colon, value: value..<end) ? .whole : .other
    }

    /// Takes a field; false when it asks for more than a plain claim.
    private mutating func take(name: Range<Int>, value: Range<Int>) -> Bool {
        switch name.count {
        case 4 where isWord(name, "host"):
            defer { hasHost = true }
            return !hasHost
        case 12 where isWord(name, "content-type"):
            defer { hasContentType = true }
            return !hasContentType
        case 13 where isWord(name, "authorization"):
            defer { authorization = value }
            return authorization == nil && !value.isEmpty
        case 14 where isWord(name, "content-length"):
            guard contentLength == nil, let number = number(value) else { return false }
            contentLength = number
            return true
        case 10 where isWord(name, "connection"): return isWord(value, "keep-alive")
        case 11 where isWord(name, "traceparent"):
            defer { traceparent = value }
            return traceparent == nil
        case 6 where isWord(name, "expect"), 7 where isWord(name, "upgrade"), 7 where isWord(name, "trailer"),
            15 where isWord(name, "idempotency-key"), 16 where isWord(name, "proxy-connection"),
            17 where isWord(name, "transfer-encoding"):
            return false
        default: return name.count < 6 || !isWord(name.prefix(6), "usher-")
        }
    }

    /// Compares with a lower-case word, regardless of ASCII case.
    private func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            let byte = bytes[range.lowerBound + index]
            let lower = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            // Right: a StaticString's storage lives as long as the program, and the lengths are equal.
            if lower != word.utf8Start[index] { return false }
        }
        return true
    }

    private func number(_ range: Range<Int>) -> Int? {
        guard (1...9).contains(range.count) else { return nil }
        var value = 0
        for index in range {
            guard bytes[index] &- UInt8(ascii: "0") < 10 else { return nil }
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        return value
    }

    /// The characters of a field name (RFC 9110 section 5.6.2) that are met in practice.
    private static func isToken(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    /// Visible ASCII and space; not the tab, about which readers of HTTP disagree.
    private static func isValue(_ byte: UInt8) -> Bool { byte &- 0x20 < 0x5F }
}
