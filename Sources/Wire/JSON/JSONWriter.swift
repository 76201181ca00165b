import JSONText
import NIOCore

/// Writes JSON text straight into a byte buffer.
///
/// Knows no structure: the caller writes the punctuation.
struct JSONWriter: TextWriter {
    /// What has been written so far.
    var buffer: ByteBuffer

    init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    mutating func raw(_ text: StaticString) { buffer.writeStaticString(text) }

    mutating func raw(_ bytes: UnsafeRawBufferPointer) { buffer.writeBytes(bytes) }

    mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        buffer.append(count: count, body)
    }

    /// Text that is JSON already.
    mutating func raw(_ bytes: [UInt8]) {
        buffer.writeBytes(bytes)
    }

    /// Milliseconds as seconds with three decimals.
    mutating func seconds(milliseconds value: Int64) {
        integer(value / 1000)
        raw(".")
        let rest = String(abs(value % 1000))
        buffer.writeString(String(repeating: "0", count: 3 - rest.count) + rest)
    }

    /// A tree.
    mutating func value(_ value: JSONTree) { raw(value.text) }
}
