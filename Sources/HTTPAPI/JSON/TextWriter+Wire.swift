import JSONText
import Journal
import NIOCore

extension TextWriter {
    /// A quoted instant such as `"2026-11-20T23:41:00.123Z"`.
    mutating func time(_ value: Timestamp) {
        raw("\"")
        TimeText.write(value, to: &self)
        raw("\"")
    }

    mutating func time(_ value: Timestamp?) {
        if let value { time(value) } else { raw("null") }
    }

    /// A position without quotes.
    mutating func bare(_ value: LogPosition) {
        Decimal.write(value.epoch, to: &self)
        raw("-")
        Decimal.write(value.sequence, to: &self)
    }

    mutating func position(_ value: LogPosition) {
        raw("\"")
        bare(value)
        raw("\"")
    }
}

extension ByteBuffer: TextWriter {
    package mutating func raw(_ text: StaticString) { writeStaticString(text) }

    package mutating func raw(_ bytes: UnsafeRawBufferPointer) { writeBytes(bytes) }

    package mutating func append(count: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
    }
}

extension JSONTree {
    /// Reads one value that fills the whole buffer.
    static func parse(_ buffer: ByteBuffer) throws(JSONError) -> JSONTree {
        let result: Result<JSONTree, JSONError> = buffer.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                do throws(JSONError) {
                    return .success(try parse(bytes))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }
}
