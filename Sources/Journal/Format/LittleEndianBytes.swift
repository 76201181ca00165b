extension RawSpan {
    /// Reads an integer stored little-endian.
    ///
    /// Traps outside the bounds.
    @inline(__always)
    func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        // The bounds are checked by the call; every bit pattern is a valid integer.
        T(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
    }

    /// Reads a hash: low half, then high half.
    @inline(__always)
    func hash128(at offset: Int) -> Hash128 {
        Hash128(low: littleEndian(UInt64.self, at: offset), high: littleEndian(UInt64.self, at: offset + 8))
    }

    /// Tells if the `count` bytes from `offset` on are all zero.
    func isZero(from offset: Int, count: Int) -> Bool {
        firstNonZero(from: offset, count: count) == nil
    }

    /// The offset of the first byte in `offset ..< offset + count` that is not zero.
    func firstNonZero(from offset: Int, count: Int) -> Int? {
        var index = offset
        let end = offset + count
        while index + 8 <= end, littleEndian(UInt64.self, at: index) == 0 { index += 8 }
        while index < end {
            if littleEndian(UInt8.self, at: index) != 0 { return index }
            index += 1
        }
        return nil
    }
}

extension MutableRawSpan {
    /// Stores an integer little-endian.
    ///
    /// Traps outside the bounds.
    @inline(__always)
    mutating func setLittleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
    }

    /// Stores a hash: low half, then high half.
    @inline(__always)
    mutating func setHash128(_ value: Hash128, at offset: Int) {
        setLittleEndian(value.low, at: offset)
        setLittleEndian(value.high, at: offset + 8)
    }
}

extension MutableRawSpan {
    /// Copies bytes to an offset.
    ///
    /// Traps outside the bounds.
    mutating func copy(_ source: RawSpan, to offset: Int) {
        precondition(offset >= 0 && source.byteCount <= byteCount - offset, "the bytes fit into the target")
        guard source.byteCount > 0 else { return }
        unsafe source.withUnsafeBytes { from in
            unsafe withUnsafeMutableBytes { target in
                // Checked above; `copyMemory` allows overlap, and the two cannot overlap anyway.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: from)
            }
        }
    }
}
