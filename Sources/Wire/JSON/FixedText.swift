/// Writes text into memory of a fixed size, for texts whose greatest length is known.
///
/// Borrows the memory: used only inside the call that lends it. Writing more than there is room for is a mistake of the
/// caller and stops the process.
package struct FixedText: TextWriter {
    @usableFromInline let memory: UnsafeMutableRawBufferPointer
    @usableFromInline var length = 0

    /// The number of bytes written so far.
    @inlinable package var count: Int { length }

    @inlinable
    package init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// The bytes written so far.
    @inlinable package var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<length]) }

    @inlinable
    package mutating func removeAll() { length = 0 }

    @inlinable @inline(__always)
    package mutating func raw(_ text: StaticString) {
        // Right: a StaticString's storage lives as long as the program.
        raw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inlinable @inline(__always)
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        append(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    @inlinable @inline(__always)
    package mutating func append(count added: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(added <= memory.count - length, "the greatest length of an answer was reckoned too small")
        body(UnsafeMutableRawBufferPointer(rebasing: memory[length..<(length + added)]))
        length += added
    }
}
