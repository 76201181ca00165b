/// Compares two runs of bytes: for the short keys of the overlay, where a call of `memcmp` costs more than the
/// comparison.
///
/// - Precondition: both have `count` bytes.
@inline(__always)
func bytesAreEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
    if count < 8 {
        for offset in 0..<count
        where left.load(fromByteOffset: offset, as: UInt8.self) != right.load(fromByteOffset: offset, as: UInt8.self) {
            return false
        }
        return true
    }
    var offset = 0
    while offset + 8 < count {
        guard wordsAreEqual(left, right, offset) else { return false }
        offset += 8
    }
    // The last word overlaps the one before.
    return wordsAreEqual(left, right, count - 8)
}

@inline(__always)
private func wordsAreEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ offset: Int) -> Bool {
    left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
}
