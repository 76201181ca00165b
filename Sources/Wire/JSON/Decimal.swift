/// Writes decimal digits without making a `String`.
public enum Decimal {
    @inlinable static var lengthMax: Int { 20 }
    /// 00, 01, … 99.
    @inlinable static var pairs: StaticString {
        """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """
    }

    /// Appends an integer.
    ///
    /// Takes one type of integer, so that it is compiled once and called, whatever the writer: a generic digit writer of
    /// another room is not specialised, and then each digit costs calls through witness tables.
    @inlinable
    public static func write(_ value: UInt64, to text: inout some TextWriter) {
        withUnsafeTemporaryAllocation(byteCount: lengthMax, alignment: 1) { bytes in
            let start = fill(bytes, with: value)
            text.raw(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// Writes the digits of an integer at the end of some memory, and returns where they begin.
    ///
    /// - Precondition: the memory has room for ``lengthMax`` bytes.
    @usableFromInline
    static func fill(_ bytes: UnsafeMutableRawBufferPointer, with value: UInt64) -> Int {
        let pairs = pairs.utf8Start
        var start = bytes.count
        var rest = value
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
        return start
    }

    /// Appends an integer with leading zeros up to a width.
    @inlinable
    public static func write(_ value: Int, width: Int, to text: inout some TextWriter) {
        text.append(count: width) { bytes in
            var rest = value
            for index in stride(from: width - 1, through: 0, by: -1) {
                bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }
}
