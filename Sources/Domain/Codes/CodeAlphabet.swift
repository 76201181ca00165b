/// The 32 characters of random, vanity and signed codes: Crockford's, without I, L, O and U.
enum CodeAlphabet {
    static let characters: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    static let bitsPerCharacter = 5

    @inline(__always)
    static func character(_ value: Int) -> UInt8 {
        characters.utf8Start[value & 31]
    }

    /// The value of a character; nil when it is not one of the 32.
    static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "H"): character - UInt8(ascii: "A") + 10
        case UInt8(ascii: "J"), UInt8(ascii: "K"): character - UInt8(ascii: "J") + 18
        case UInt8(ascii: "M"), UInt8(ascii: "N"): character - UInt8(ascii: "M") + 20
        case UInt8(ascii: "P")...UInt8(ascii: "T"): character - UInt8(ascii: "P") + 22
        case UInt8(ascii: "V")...UInt8(ascii: "Z"): character - UInt8(ascii: "V") + 27
        default: nil
        }
    }

    /// A uniformly drawn text: 5 bits of chance per character.
    static func random(length: Int, using random: inout some RandomNumberGenerator) -> String {
        var bits: UInt64 = 0
        return text(length: length) { index in
            if index % (UInt64.bitWidth / bitsPerCharacter) == 0 { bits = random.next() }
            defer { bits >>= UInt64(bitsPerCharacter) }
            return bits
        }
    }

    /// The text of a number, most significant character first: a larger number is a later text.
    static func text(_ number: UInt64, length: Int) -> String {
        text(length: length) { number >> UInt64(bitsPerCharacter * (length - 1 - $0)) }
    }

    /// A text whose characters are the lowest bits of what a closure gives for each place.
    @inline(__always)
    private static func text(length: Int, _ bits: (Int) -> UInt64) -> String {
        String(unsafeUninitializedCapacity: length) { buffer in
            for index in 0..<length { buffer[index] = character(Int(truncatingIfNeeded: bits(index) & 31)) }
            return length
        }
    }

    /// Base32 of whole groups of 5 bytes, most significant bits first: 8 characters per group, no padding.
    ///
    /// - Precondition: the number of bytes is a multiple of 5, so that every text stands for exactly one payload.
    static func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count % 5 == 0, "whole groups of 5 bytes have a canonical text")
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 5 * 8)
        for start in stride(from: 0, to: bytes.count, by: 5) {
            let group = bytes[start..<(start + 5)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for shift in stride(from: 35, through: 0, by: -5) {
                text.append(character(Int(truncatingIfNeeded: group >> UInt64(shift))))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that ``encode(_:)`` made the text of; nil for any other text.
    static func decode(_ text: String) -> [UInt8]? {
        let utf8 = Array(text.utf8)
        guard utf8.count % 8 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count / 8 * 5)
        for start in stride(from: 0, to: utf8.count, by: 8) {
            var group: UInt64 = 0
            for character in utf8[start..<(start + 8)] {
                guard let value = value(of: character) else { return nil }
                group = group << 5 | UInt64(value)
            }
            for shift in stride(from: 32, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt64(shift)))
            }
        }
        return bytes
    }
}
