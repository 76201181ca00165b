import NIOCore

/// The names of the redeemers of one run: made from their numbers, and turned back into them.
public struct RedeemerNames: Sendable {
    /// How they look.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// `bench-<run>-<number>`: short, and alike.
        case sequential
        /// UUIDs, which no compressor makes shorter than 16 bytes.
        case uuid
    }

    /// How they look.
    public let kind: Kind
    private let prefix: [UInt8]
    private let salt: UInt64

    private static let uuidBytes = 36

    /// Whether a hyphen stands before a letter of a UUID.
    @inline(__always)
    private static func hasHyphen(before digit: Int) -> Bool { digit == 8 || digit == 12 || digit == 16 || digit == 20 }

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
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: RedeemerNames.uuidBytes) { bytes in
                var place = 0
                for digit in 0..<32 {
                    if RedeemerNames.hasHyphen(before: digit) {
                        bytes[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    let word = digit < 16 ? high : low
                    let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15)) & 15)
                    bytes[place] = nibble < 10 ? 48 + nibble : 87 + nibble
                    place += 1
                }
                return place
            }
        }
    }

    /// A name as text.
    public func text(_ number: Int) -> String {
        var buffer = ByteBuffer()
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
