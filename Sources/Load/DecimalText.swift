import NIOCore

/// Reads and writes decimal digits without making strings.
enum DecimalText {
    /// The number of digits of a number.
    static func digits(_ number: Int) -> Int {
        var rest = number
        var count = 1
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }

    /// Appends the digits of a number that is not negative.
    static func write(_ number: Int, to buffer: inout ByteBuffer) {
        let count = digits(number)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            var rest = number
            for index in stride(from: count - 1, through: 0, by: -1) {
                bytes[index] = UInt8(48 + rest % 10)
                rest /= 10
            }
            return count
        }
    }

    /// The number that bytes spell; nil when there are none, other characters, or too many.
    static func number(_ bytes: some Sequence<UInt8>) -> Int? {
        var number = 0
        var count = 0
        for byte in bytes {
            guard byte >= 48, byte <= 57, count < 18 else { return nil }
            number = number * 10 + Int(byte - 48)
            count += 1
        }
        return count > 0 ? number : nil
    }
}
