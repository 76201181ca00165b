/// The first bytes of a text file, which say how it is encoded.
package struct TextFileHead {
    /// The bytes that say it.
    package static let byteCount = 4

    /// True if the file is UTF-16, which nothing here reads.
    package let isUTF16: Bool
    /// The bytes behind the byte-order mark of UTF-8, where there is one.
    package let text: ArraySlice<UInt8>

    /// Looks at the bytes that a file begins with: ``byteCount``, more, or all that it has.
    package init(_ bytes: [UInt8]) {
        isUTF16 =
            bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            || bytes.count >= TextFileHead.byteCount
                && (bytes[0] == 0 && bytes[2] == 0 || bytes[1] == 0 && bytes[3] == 0)
        text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }
}
