internal import Store

/// A range of bytes within a row.
package struct RowBytes: Equatable {
    package var offset: Int
    package var count: Int
}

/// The end of what has none.
package let noEnd = UInt64.max

extension ValueReader {
    /// Passes over an account id in its stored form.
    mutating func accountBytes() -> RowBytes {
        let start = position
        let tag = byte()
        switch tag {
        case 0x01...0x80: skip(Int(tag))
        case 0x81...0x88: skip(Int(tag & 0x7F))
        case PackedAccount.uuidTag: skip(16)
        default: damaged()
        }
        return RowBytes(offset: start, count: position - start)
    }
}
