/// The key of a record: at most ``capacity`` bytes, built in place, compared byte by byte.
///
/// A key holds its bytes inline, so that building one costs no allocation. Integers go in so that the order of
/// the bytes is the order of the numbers.
public struct Key: Sendable {
    /// The most bytes that a key can have.
    ///
    /// LMDB allows 511; the longest of ours is far below this.
    public static let capacity = 160

    @usableFromInline var storage: InlineArray<168, UInt8>
    @usableFromInline var length: Int

    /// An empty key.
    @inlinable
    public init() {
        storage = InlineArray(repeating: 0)
        length = 0
    }

    /// The bytes in the key so far.
    @inlinable public var count: Int { length }

    /// Appends one byte.
    @inlinable
    public mutating func append(byte: UInt8) {
        precondition(length < Key.capacity, "a key has at most \(Key.capacity) bytes")
        storage[length] = byte
        length += 1
    }

    /// Appends an unsigned integer as one length byte and its significant bytes, most significant first.
    ///
    /// The order of the bytes is the order of the numbers, and no encoding is a prefix of another. 1…9 bytes.
    @inlinable
    public mutating func append(compact value: UInt64) {
        let bytes = (64 - value.leadingZeroBitCount + 7) / 8
        precondition(length + 1 + bytes <= Key.capacity, "a key has at most \(Key.capacity) bytes")
        // Eight bytes are written however many count; the storage has room for them behind the capacity.
        let shifted = bytes == 0 ? 0 : value << UInt64(64 - 8 * bytes)
        let start = length
        withUnsafeMutableBytes(of: &storage) {
            $0[start] = UInt8(truncatingIfNeeded: bytes)
            $0.storeBytes(of: shifted.bigEndian, toByteOffset: start + 1, as: UInt64.self)
        }
        length += 1 + bytes
    }

    /// Appends 8 bytes, most significant first.
    @inlinable
    public mutating func append(bigEndian value: UInt64) {
        precondition(length + 8 <= Key.capacity, "a key has at most \(Key.capacity) bytes")
        let start = length
        withUnsafeMutableBytes(of: &storage) {
            $0.storeBytes(of: value.bigEndian, toByteOffset: start, as: UInt64.self)
        }
        length += 8
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte: byte) }
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(span: RawSpan) {
        span.withUnsafeBytes { append(buffer: $0) }
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(buffer: UnsafeRawBufferPointer) {
        precondition(length + buffer.count <= Key.capacity, "a key has at most \(Key.capacity) bytes")
        let start = length
        withUnsafeMutableBytes(of: &storage) {
            UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: buffer)
        }
        length += buffer.count
    }

    /// The byte at an index below ``count``.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index < length, "key index out of range")
        return storage[index]
    }

    /// Lends the bytes for the length of the call.
    @inlinable
    @inline(__always)
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.span.withUnsafeBytes { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        }
    }

    /// A copy of the bytes, for cursors and tests.
    public var bytes: [UInt8] { withBytes { Array($0) } }
}
