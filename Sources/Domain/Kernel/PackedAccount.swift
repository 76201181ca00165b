internal import Journal
internal import Store

/// An account id in its stored form: lossless, prefix-free, one tag byte and what follows from it.
///
/// | tag | what follows |
/// |---|---|
/// | 0x01…0x80 | that many bytes of UTF-8, as they are |
/// | 0x81…0x88 | a decimal number without sign or leading zero, in 1…8 bytes, most significant first, no more than needed |
/// | 0x90 | a UUID in lower-case canonical form, in 16 bytes |
///
/// Only a text that comes back exactly is packed; everything else stays raw. So equal bytes mean equal texts.
/// A claim packs its redeemer once and uses the bytes in every key and row.
struct PackedAccount {
    /// The bytes, in the inline storage of a key so that packing allocates nothing.
    private(set) var bytes = Key()

    static let numberTagBase: UInt8 = 0x80
    static let uuidTag: UInt8 = 0x90

    /// Packs an id.
    init(_ account: AccountID) {
        var text = account.text
        text.withUTF8 { utf8 in
            let utf8 = UnsafeRawBufferPointer(utf8)
            if let number = PackedAccount.canonicalNumber(utf8) {
                appendNumber(number)
            } else if let uuid = PackedAccount.canonicalUUID(utf8) {
                bytes.append(byte: PackedAccount.uuidTag)
                bytes.append(bigEndian: uuid.high)
                bytes.append(bigEndian: uuid.low)
            } else {
                bytes.append(byte: UInt8(truncatingIfNeeded: utf8.count))
                bytes.append(buffer: utf8)
            }
        }
    }

    @inline(__always)
    func append(to key: inout Key) {
        bytes.withBytes { key.append(buffer: $0) }
    }

    @inline(__always)
    func append(to writer: inout ValueWriter) {
        bytes.withBytes { writer.append(buffer: $0) }
    }

    private mutating func appendNumber(_ number: UInt64) {
        let count = max(1, (64 - number.leadingZeroBitCount + 7) / 8)
        bytes.append(byte: PackedAccount.numberTagBase + UInt8(truncatingIfNeeded: count))
        for index in (0..<count).reversed() {
            bytes.append(byte: UInt8(truncatingIfNeeded: number >> UInt64(8 * index)))
        }
    }

    /// The number that the text is the canonical decimal form of; nil for any other text or beyond 64 bits.
    private static func canonicalNumber(_ utf8: UnsafeRawBufferPointer) -> UInt64? {
        guard (1...20).contains(utf8.count), utf8.count == 1 || utf8[0] != UInt8(ascii: "0") else { return nil }
        var number: UInt64 = 0
        for byte in utf8 {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !tooLarge, !carried else { return nil }
            number = sum
        }
        return number
    }

    /// The 128 bits that the text is the canonical lower-case UUID of; nil for any other text.
    private static func canonicalUUID(_ utf8: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64)? {
        guard utf8.count == 36, let text = utf8.baseAddress else { return nil }
        let hyphen = UInt8(ascii: "-")
        guard utf8[8] == hyphen, utf8[13] == hyphen, utf8[18] == hyphen, utf8[23] == hyphen else { return nil }
        func half(_ offset: Int) -> UInt64 {
            UInt64(UInt32(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        guard let first = hexDigits(half(0) | half(4) << 32), let second = hexDigits(half(9) | half(14) << 32),
            let third = hexDigits(half(19) | half(24) << 32), let fourth = hexDigits(half(28) | half(32) << 32)
        else { return nil }
        return (first << 32 | second, third << 32 | fourth)
    }

    /// The 32 bits that eight lower-case hexadecimal digits mean, the first of them in the lowest byte.
    ///
    /// All eight at once, in the lanes of a word: what they mean is written out again and must be what was read.
    @inline(__always)
    private static func hexDigits(_ word: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let isLetter = word >> 6 & ones
        let values = (word & (ones &* 0x0F)) &+ isLetter &* 9
        guard values & (ones &* 0xF0) == 0 else { return nil }
        let isAboveNine = (values &+ ones &* 6) >> 4 & ones
        guard values &+ ones &* 0x30 &+ isAboveNine &* 0x27 == word else { return nil }
        var packed = values.byteSwapped
        packed = (packed | packed >> 4) & 0x00FF_00FF_00FF_00FF
        packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
        return (packed | packed >> 16) & 0xFFFF_FFFF
    }
}
