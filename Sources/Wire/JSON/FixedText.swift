import JSONText

/// Text in memory of a fixed size, for what has a known greatest length.
///
/// Borrows the memory: used only inside the call that lends it. Writing more than there is room for is a mistake of the
/// caller and stops the process.
struct FixedText: TextWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// What has been written.
    var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func raw(_ text: StaticString) {
        // Right: a StaticString's storage lives as long as the program.
        raw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        append(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    @inline(__always)
    mutating func append(count added: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(added <= memory.count - count, "the greatest length of an answer was reckoned too small")
        body(UnsafeMutableRawBufferPointer(rebasing: memory[count..<(count + added)]))
        count += added
    }
}
