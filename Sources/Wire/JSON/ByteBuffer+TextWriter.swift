public import NIOCore

extension ByteBuffer: TextWriter {
    /// Appends constant text.
    @inlinable
    public mutating func raw(_ text: StaticString) { writeStaticString(text) }

    /// Appends bytes as they are.
    @inlinable
    public mutating func raw(_ bytes: UnsafeRawBufferPointer) { writeBytes(bytes) }

    /// Calls `body` with room for so many bytes.
    @inlinable
    public mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
    }
}
