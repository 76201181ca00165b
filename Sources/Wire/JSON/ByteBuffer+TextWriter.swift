public import NIOCore

extension ByteBuffer: TextWriter {
    @inlinable
    package mutating func raw(_ text: StaticString) { writeStaticString(text) }

    @inlinable
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) { writeBytes(bytes) }

    @inlinable
    package mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
    }
}
