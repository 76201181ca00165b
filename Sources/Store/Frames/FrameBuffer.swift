/// A growing run of bytes that keeps its memory between uses: where a frame's payload is put together.
public struct FrameBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    /// The bytes written so far.
    public private(set) var count = 0
    /// Entry indices sorted by table; kept here so that encoding allocates nothing in steady state.
    var order: [UInt32] = []

    /// Makes an empty buffer.
    public init(capacity: Int = 1 << 16) {
        self.capacity = max(64, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    /// Forgets the content and keeps the memory, unless it is far more than usual.
    public mutating func removeAll() {
        count = 0
        guard capacity > 1 << 26 else { return }
        base.deallocate()
        capacity = 1 << 20
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    /// The content; valid until the next change.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        var larger = capacity * 2
        while larger < count + more { larger *= 2 }
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    mutating func append(byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    /// Appends an integer in groups of 7 bits, least significant first; the top bit says that more follow.
    mutating func append(varint value: Int) {
        var rest = UInt(value)
        while rest >= 0x80 {
            append(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(byte: UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }
}
