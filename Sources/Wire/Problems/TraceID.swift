import JSONText
package import NIOCore

/// 128 bits that connect an error answer with the caller's trace and the server's log.
package struct TraceID: Equatable, Sendable {
    package var high: UInt64
    package var low: UInt64

    /// A fresh one.
    ///
    /// Not a secret: any generator will do.
    package init(using random: inout some RandomNumberGenerator) {
        high = random.next()
        low = random.next() | 1
    }

    /// The trace id of a W3C `traceparent` header; nil when the header is not a valid one.
    package init?(traceparent: String) {
        var text = traceparent
        guard let traceID = text.withUTF8({ TraceID(traceparent: $0) }) else { return nil }
        self = traceID
    }

    /// As above, for bytes that the caller lends for the length of the call.
    package init?(traceparent bytes: UnsafeBufferPointer<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard bytes.count > 36, bytes[0] != dash, bytes[1] != dash, bytes[2] == dash, bytes[35] == dash,
            bytes[36...].contains(dash), bytes[0] != UInt8(ascii: "f") || bytes[1] != UInt8(ascii: "f"),
            let high = TraceID.number(bytes[3..<19]), let low = TraceID.number(bytes[19..<35]), high | low != 0
        else { return nil }
        self.high = high
        self.low = low
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var number: UInt64 = 0
        for byte in digits {
            guard let digit = JSONScanner.hexValue(byte) else { return nil }
            number = number << 4 | UInt64(digit)
        }
        return number
    }

    /// Appends 32 lower-case hexadecimal digits.
    package func write(to buffer: inout ByteBuffer) {
        for half in [high, low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                buffer.writeInteger(hexDigit(UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 15))
            }
        }
    }

    /// 32 lower-case hexadecimal digits.
    package var text: String {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return String(buffer: buffer)
    }
}
