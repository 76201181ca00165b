import JSONText

/// Writes text into memory of a fixed size, for texts whose greatest length is known.
///
/// Borrows the memory: used only inside the call that lends it. Writing more than there is room for is a mistake of the
/// caller and stops the process.
public struct FixedText: TextWriter {
    @usableFromInline let memory: UnsafeMutableRawBufferPointer
    @usableFromInline var length = 0

    /// The number of bytes written so far.
    @inlinable public var count: Int { length }

    /// Borrows memory to write into.
    @inlinable
    public init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// The bytes written so far.
    @inlinable public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<length]) }

    /// Forgets what was written.
    @inlinable
    public mutating func removeAll() { length = 0 }

    /// Appends constant text.
    @inlinable @inline(__always)
    public mutating func raw(_ text: StaticString) {
        // Right: a StaticString's storage lives as long as the program.
        raw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends bytes as they are.
    @inlinable @inline(__always)
    public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        append(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// Calls `body` with room for so many bytes.
    @inlinable @inline(__always)
    public mutating func append(count added: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(added <= memory.count - length, "the greatest length of an answer was reckoned too small")
        body(UnsafeMutableRawBufferPointer(rebasing: memory[length..<(length + added)]))
        length += added
    }

    /// A number's digits: compiled here, so that an answer costs no call through a witness table for each of them.
    public mutating func integer(_ value: UInt64) { Decimal.write(value, to: &self) }

    /// A quoted string, copied in one piece where nothing has to be escaped.
    public mutating func string(_ value: String) {
        raw("\"")
        var value = value
        value.withUTF8 { bytes in
            if bytes.contains(where: JSONEscape.needs) {
                escaped(bytes)
            } else {
                raw(UnsafeRawBufferPointer(bytes))
            }
        }
        raw("\"")
    }
}
