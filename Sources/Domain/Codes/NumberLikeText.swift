/// Recognises texts of our alphabet that spreadsheets and readers of tables take for a number, a date or a length of time.
///
/// Such a code comes back as another text: LibreOffice 7.4.7 writes `51679E74` as `5.1679E+078` and drops leading zeros,
/// whether or not the cell has quotes; Miller 6 and jo 1.9 read `0X1F2A3B` as a hexadecimal number; csvkit 2.2.0 reads
/// `12H` and `3W4D` as lengths of time. Excel reads `DEC1` and `4MAR` as dates, for which human genes were given new names
/// (Bruford and others, Nature Genetics 52, 2020).
enum NumberLikeText {
    /// True if a random code must not have this text.
    ///
    /// Constant time in the length of a code; about 1 text of 500 is refused among those of 8 characters.
    static func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            // Digits alone, digits with an exponent (`1E5`) or with a unit or suffix (`2D`, `7F`).
            let letters = bytes.count { !isDigit($0) }
            return letters < 2 || isPrefixed(bytes) || isLengthOfTime(bytes) || isDate(bytes, letters: letters)
        }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Hexadecimal and binary numbers as C writes them; without O, our alphabet has no octal ones.
    private static func isPrefixed(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "0") else { return false }
        let rest = bytes.dropFirst(2)
        return switch bytes[1] {
        case UInt8(ascii: "X"): rest.allSatisfy { isDigit($0) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
        case UInt8(ascii: "B"): rest.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }
        default: false
        }
    }

    /// Numbers that each have a unit of time: weeks, days, hours, minutes, seconds.
    private static func isLengthOfTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = bytes.last, !isDigit(last) else { return false }
        var hasDigit = false
        for byte in bytes {
            if isDigit(byte) {
                hasDigit = true
            } else {
                guard hasDigit, "WDHMS".utf8.contains(byte) else { return false }
                hasDigit = false
            }
        }
        return true
    }

    /// A month of three letters with digits on either side; those with I, L, O or U are none of our texts.
    private static func isDate(_ bytes: UnsafeBufferPointer<UInt8>, letters: Int) -> Bool {
        guard letters == 3, let start = bytes.firstIndex(where: { !isDigit($0) }) else { return false }
        let month = bytes[start...].prefix(3)
        return months.contains { $0.utf8.elementsEqual(month) }
    }

    private static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "SEP", "DEC"]
}
