/// Writes the value of one record, straight into the place where it will stay.
///
/// Integers are little-endian. A codec writes fields in the order of its byte table in `docs/formats/tables.md`.
public struct ValueWriter {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var length = 0

    /// The bytes written so far.
    @inlinable public var count: Int { length }

    /// The most bytes of one value.
    ///
    /// Longer ones would need runs of pages in LMDB, which fragment its free list.
    public static let capacityMax = 2000

    /// Makes a writer over memory that the caller owns and keeps alive while the writer is used.
    init(base: UnsafeMutableRawPointer, capacity: Int) {
        self.base = base
        self.capacity = capacity
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(byte: UInt8) {
        precondition(length < capacity, "a value has at most \(ValueWriter.capacityMax) bytes")
        base.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
        length += 1
    }

    /// Appends a fixed-width integer, little-endian.
    @inlinable
    public mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number) {
        let size = MemoryLayout<Number>.size
        precondition(length + size <= capacity, "a value has at most \(ValueWriter.capacityMax) bytes")
        base.storeBytes(of: value.littleEndian, toByteOffset: length, as: Number.self)
        length += size
    }

    /// Appends the low `width` bytes of an integer, little-endian.
    @inlinable
    public mutating func append(_ value: UInt64, width: Int) {
        var rest = value
        for _ in 0..<width {
            append(byte: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Appends an integer in 1…9 bytes: a length byte and its significant bytes, as in ``Key/append(compact:)``.
    @inlinable
    public mutating func append(compact value: UInt64) {
        let bytes = (64 - value.leadingZeroBitCount + 7) / 8
        append(byte: UInt8(truncatingIfNeeded: bytes))
        var shift = (bytes - 1) * 8
        while shift >= 0 {
            append(byte: UInt8(truncatingIfNeeded: value >> UInt64(shift)))
            shift -= 8
        }
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte: byte) }
    }
}
