/// Decimal digits without a `String` on the way.
enum Decimal {
    /// Appends an integer.
    static func write(_ value: some FixedWidthInteger, to text: inout some TextWriter) {
        let magnitude = UInt64(value.magnitude)
        let isNegative = value < 0
        var rest = magnitude
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        let count = digits + (isNegative ? 1 : 0)
        text.append(count: count) { bytes in
            var rest = magnitude
            for index in stride(from: count - 1, through: count - digits, by: -1) {
                bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            if isNegative { bytes[0] = UInt8(ascii: "-") }
        }
    }

    /// Appends an integer with leading zeros up to a width.
    static func write(_ value: Int, width: Int, to text: inout some TextWriter) {
        text.append(count: width) { bytes in
            var rest = value
            for index in stride(from: width - 1, through: 0, by: -1) {
                bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }
}
