import NIOCore

/// The names of the redeemers of one run: made from their numbers, and turned back into them.
public struct RedeemerNames: Sendable {
    /// The kind of the names.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// `bench-<run>-<number>`: short, and alike.
        case sequential
        /// UUIDs, which no compressor makes shorter than 16 bytes.
        case uuid
    }

    /// The kind of the names.
    public let kind: Kind
    private let prefix: [UInt8]
    private let salt: UInt64

    private static let uuidBytes = 36
    private static let hyphen = UInt8(ascii: "-")

    /// The lower 32 bits as eight hexadecimal digits, the first of them in the lowest byte.
    private static func hex(_ word: UInt64) -> UInt64 {
        var digits = word & 0xFFFF_FFFF
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let isLetter = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27).byteSwapped
    }

    /// Makes the names of a run.
    public init(_ kind: Kind, run: String) {
        self.kind = kind
        prefix = Array("bench-\(run)-".utf8)
        salt = RandomNumbers.mix(run.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    /// The length of a name.
    func byteCount(_ number: Int) -> Int {
        kind == .uuid ? RedeemerNames.uuidBytes : prefix.count + DecimalText.digits(number)
    }

    /// Appends a name.
    func write(_ number: Int, to buffer: inout ByteBuffer) {
        switch kind {
        case .sequential:
            buffer.writeBytes(prefix)
            DecimalText.write(number, to: &buffer)
        case .uuid:
            let high = RandomNumbers.mix(UInt64(number) ^ salt)
            let low = RandomNumbers.mix(high ^ salt &+ 0xA5A5_5A5A_0F0F_F0F0)
            let parts = (
                RedeemerNames.hex(high >> 32), RedeemerNames.hex(high), RedeemerNames.hex(low >> 32),
                RedeemerNames.hex(low)
            )
            buffer.writeInteger(parts.0, endianness: .little)
            buffer.writeInteger(RedeemerNames.hyphen)
            buffer.writeInteger(UInt32(truncatingIfNeeded: parts.1), endianness: .little)
            buffer.writeInteger(RedeemerNames.hyphen)
            buffer.writeInteger(UInt32(truncatingIfNeeded: parts.1 >> 32), endianness: .little)
            buffer.writeInteger(RedeemerNames.hyphen)
            buffer.writeInteger(UInt32(truncatingIfNeeded: parts.2), endianness: .little)
            buffer.writeInteger(RedeemerNames.hyphen)
            buffer.writeInteger(UInt32(truncatingIfNeeded: parts.2 >> 32), endianness: .little)
            buffer.writeInteger(parts.3, endianness: .little)
        }
    }

    /// A name as text.
    public func text(_ number: Int) -> String {
        var buffer = ByteBuffer()
        return text(number, in: &buffer)
    }

    /// A name as text, made in memory that the next one can use again.
    func text(_ number: Int, in buffer: inout ByteBuffer) -> String {
        buffer.clear()
        write(number, to: &buffer)
        return String(buffer: buffer)
    }

    /// The number of a name; nil when it is not of this run.
    public func number(of name: UnsafeRawBufferPointer) -> Int? {
        switch kind {
        case .sequential:
            guard name.count > prefix.count, name.starts(with: prefix) else { return nil }
            return DecimalText.number(name[prefix.count...])
        case .uuid:
            guard name.count == RedeemerNames.uuidBytes else { return nil }
            var high: UInt64 = 0
            for byte in name.prefix(18) where byte != UInt8(ascii: "-") {
                let nibble: UInt8
                switch byte {
                case 48...57: nibble = byte - 48
                case 97...102: nibble = byte - 87
                default: return nil
                }
                high = high << 4 | UInt64(nibble)
            }
            guard let number = Int(exactly: RandomNumbers.unmix(high) ^ salt) else { return nil }
            return name.elementsEqual(text(number).utf8) ? number : nil
        }
    }
}
