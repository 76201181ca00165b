import JSONText
import Journal
import NIOCore

extension ByteBuffer: TextWriter {
    mutating func raw(_ text: StaticString) { writeStaticString(text) }

    mutating func raw(_ bytes: UnsafeRawBufferPointer) { writeBytes(bytes) }

    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
    }
}
