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

    /// The bytes of a value that is kept elsewhere than in a record of its own.
    public static func bytes(_ write: (inout ValueWriter) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: capacityMax) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            var writer = ValueWriter(base: UnsafeMutableRawPointer(base), capacity: capacityMax)
            write(&writer)
            count = writer.count
        }
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
    ///
    /// - Parameters:
    ///   - value: The integer.
    ///   - width: 0…8.
    @inlinable
    public mutating func append(_ value: UInt64, width: Int) {
        appendFront(of: value.littleEndian, width)
    }

    /// Appends an integer in 1…9 bytes: a length byte and its significant bytes, as in ``Key/append(compact:)``.
    @inlinable
    public mutating func append(compact value: UInt64) {
        let bytes = (64 - value.leadingZeroBitCount + 7) / 8
        append(byte: UInt8(truncatingIfNeeded: bytes))
        appendFront(of: (bytes == 0 ? 0 : value << UInt64(64 - 8 * bytes)).bigEndian, bytes)
    }

    /// Appends the first bytes of a word as it lies in memory: all eight are written where there is room, because one
    /// store costs less than eight.
    @inlinable
    @inline(__always)
    mutating func appendFront(of word: UInt64, _ count: Int) {
        precondition(length + count <= capacity, "a value has at most \(ValueWriter.capacityMax) bytes")
        if length + 8 <= capacity {
            base.storeBytes(of: word, toByteOffset: length, as: UInt64.self)
        } else {
            withUnsafeBytes(of: word) { bytes in
                UnsafeMutableRawBufferPointer(start: base + length, count: count)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
        }
        length += count
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte: byte) }
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(buffer: UnsafeRawBufferPointer) {
        precondition(length + buffer.count <= capacity, "a value has at most \(ValueWriter.capacityMax) bytes")
        UnsafeMutableRawBufferPointer(start: base + length, count: buffer.count).copyMemory(from: buffer)
        length += buffer.count
    }
}
