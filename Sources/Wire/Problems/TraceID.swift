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
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[0] != "ff",
            parts[1].utf8.allSatisfy({ JSONScanner.hexValue($0) != nil }),
            let high = UInt64(parts[1].prefix(16), radix: 16), let low = UInt64(parts[1].suffix(16), radix: 16),
            high | low != 0
        else { return nil }
        self.high = high
        self.low = low
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
