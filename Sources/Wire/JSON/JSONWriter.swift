package import JSONText
package import NIOCore

/// Writes JSON text straight into a byte buffer.
///
/// Knows no structure: the caller writes the punctuation.
package struct JSONWriter: TextWriter {
    /// The text written so far.
    package var buffer: ByteBuffer

    @inlinable
    package init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    @inlinable
    package mutating func raw(_ text: StaticString) { buffer.writeStaticString(text) }

    @inlinable
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) { buffer.writeBytes(bytes) }

    @inlinable
    package mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        buffer.append(count: count, body)
    }

    /// Text that is JSON already.
    @inlinable
    package mutating func raw(_ bytes: [UInt8]) {
        buffer.writeBytes(bytes)
    }

    /// Milliseconds as seconds with three decimals.
    package mutating func seconds(milliseconds value: Int64) {
        integer(value / 1000)
        raw(".")
        let rest = String(abs(value % 1000))
        buffer.writeString(String(repeating: "0", count: 3 - rest.count) + rest)
    }

    /// A tree.
    package mutating func value(_ value: JSONTree) { raw(value.text) }
}
