/// Writes decimal digits without making a `String`.
package enum Decimal {
    @inlinable static var lengthMax: Int { 20 }
    /// 00, 01, … 99.
    @inlinable static var pairs: StaticString {
        """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """
    }

    /// Appends an integer.
    @inlinable
    package static func write(_ value: some FixedWidthInteger, to text: inout some TextWriter) {
        withUnsafeTemporaryAllocation(byteCount: lengthMax, alignment: 1) { bytes in
            let pairs = pairs.utf8Start
            var start = bytes.count
            var rest = UInt64(value.magnitude)
            while rest >= 100 {
                let pair = Int(truncatingIfNeeded: rest % 100) * 2
                rest /= 100
                start -= 2
                bytes[start] = pairs[pair]
                bytes[start + 1] = pairs[pair + 1]
            }
            let pair = Int(truncatingIfNeeded: rest) * 2
            start -= 1
            bytes[start] = pairs[pair + 1]
            if rest >= 10 {
                start -= 1
                bytes[start] = pairs[pair]
            }
            if value < 0 { text.raw("-") }
            text.raw(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// Appends an integer with leading zeros up to a width.
    @inlinable
    package static func write(_ value: Int, width: Int, to text: inout some TextWriter) {
        text.append(count: width) { bytes in
            var rest = value
            for index in stride(from: width - 1, through: 0, by: -1) {
                bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }
}
