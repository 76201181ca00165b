package import JSONText
public import NIOCore

/// Writes JSON text straight into a byte buffer.
///
/// Knows no structure: the caller writes the punctuation.
public struct JSONWriter: TextWriter {
    /// The text written so far.
    public var buffer: ByteBuffer

    /// Begins with the text of a buffer.
    @inlinable
    public init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Appends constant text.
    @inlinable
    public mutating func raw(_ text: StaticString) { buffer.writeStaticString(text) }

    /// Appends bytes as they are.
    @inlinable
    public mutating func raw(_ bytes: UnsafeRawBufferPointer) { buffer.writeBytes(bytes) }

    /// Calls `body` with room for so many bytes.
    @inlinable
    public mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        buffer.append(count: count, body)
    }

    /// Text that is JSON already.
    @inlinable
    public mutating func raw(_ bytes: [UInt8]) {
        buffer.writeBytes(bytes)
    }

    /// Milliseconds as seconds with three decimals.
    public mutating func seconds(milliseconds value: Int64) {
        integer(value / 1000)
        raw(".")
        let rest = String(abs(value % 1000))
        buffer.writeString(String(repeating: "0", count: 3 - rest.count) + rest)
    }

    /// A tree.
    package mutating func value(_ value: JSONTree) { raw(value.text) }
}
