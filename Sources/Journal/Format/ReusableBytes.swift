/// Bytes that are used again and again: they grow, never shrink, and are lent as spans.
struct ReusableBytes {
    private var storage: [UInt8] = []

    var count: Int { storage.count }

    /// Makes room for `count` bytes.
    ///
    /// The former contents are lost when it grows.
    mutating func grow(to count: Int) {
        guard storage.count < count else { return }
        // At least doubled, so that slowly growing batches do not allocate each time.
        storage = [UInt8](repeating: 0, count: max(count, storage.count * 2))
    }

    /// Lends a part to read.
    ///
    /// Traps outside the bounds.
    func withBytes<Result, Failure: Error>(
        _ range: Range<Int>,
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Bytes have no padding that could be read uninitialised.
        let bytes = unsafe storage.span.bytes
        return try body(bytes.extracting(range))
    }

    /// Lends everything to write.
    mutating func withMutableBytes<Result, Failure: Error>(
        _ body: (inout MutableRawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var span = storage.mutableSpan
        // Every bit pattern is a valid byte.
        var bytes = unsafe span.mutableBytes
        return try body(&bytes)
    }
}
