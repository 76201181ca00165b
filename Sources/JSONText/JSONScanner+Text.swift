/// Turning what the scanner found into Swift values.
extension JSONScanner {
    /// The bytes of a range, as they stand.
    @inlinable
    public func rawBytes(_ range: Range<Int>) -> [UInt8] {
        bytes(in: range) { Array($0) }
    }

    /// A string's text, with escapes resolved.
    @inlinable
    public func text(_ token: StringToken) -> String {
        guard token.isEscaped else {
            return bytes(in: token.start..<token.end) { String(decoding: $0, as: UTF8.self) }
        }
        return bytes(in: token.start..<token.end) { String(decoding: JSONScanner.unescape($0), as: UTF8.self) }
    }

    /// A number's text.
    @inlinable
    public func text(_ token: NumberToken) -> String {
        bytes(in: token.start..<token.end) { String(decoding: $0, as: UTF8.self) }
    }

    /// The decimal text of an integer of any size, of which minus zero is `0`; nil when it is written with a fraction
    /// or exponent.
    @inlinable
    public func integerText(_ token: NumberToken) -> String? {
        guard token.isInteger else { return nil }
        let text = text(token)
        return text == "-0" ? "0" : text
    }

    /// An integer's value; nil when it is written with a fraction or exponent, or does not fit.
    @inlinable
    public func integer(_ token: NumberToken) -> Int64? {
        guard token.isInteger else { return nil }
        return bytes(in: token.start..<token.end) { digits in
            var rest = digits[...]
            let isNegative = rest.first == UInt8(ascii: "-")
            if isNegative { rest = rest.dropFirst() }
            var value: Int64 = 0
            for byte in rest {
                let digit = Int64(byte - UInt8(ascii: "0"))
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
                if overflow || carry { return nil }
                value = sum
            }
            return value
        }
    }

    /// True if the text of a string equals `word`.
    ///
    /// Compares in place unless the string has escapes.
    @inlinable
    public func matches(_ token: StringToken, _ word: StaticString) -> Bool {
        if token.isEscaped { return text(token).hasBytes(of: word.description) }
        guard token.end - token.start == word.utf8CodeUnitCount else { return false }
        return bytes(in: token.start..<token.end) { bytes in
            // Right: a StaticString's storage lives as long as the program, and the lengths are equal.
            for index in 0..<bytes.count where bytes[index] != word.utf8Start[index] { return false }
            return true
        }
    }

    /// Resolves the escapes of a string that ``string()`` has accepted.
    @usableFromInline
    static func unescape(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        func unit(at start: Int) -> UInt32 {
            (start..<(start + 4)).reduce(0) { $0 << 4 | (hexValue(bytes[$1]) ?? 0) }
        }
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit(at: index)
                index += 4
                if scalar & 0xFC00 == 0xD800 {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + (unit(at: index + 2) & 0x3FF)
                    index += 6
                }
                if let scalar = UnicodeScalar(scalar) { result.append(contentsOf: Array(String(scalar).utf8)) }
            default: result.append(escape)
            }
        }
        return result
    }
}
