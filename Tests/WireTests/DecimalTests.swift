import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Wire

@Suite struct `Decimal digits` {
    @Test func `are those that a string has, for every length and sign`() {
        var random = SeededGenerator(seed: 7)
        var numbers: [Int64] = [0, 1, 9, 10, 99, 100, 101, -1, -9, -10, -100, .max, .min]
        for bits in 0..<63 as Range<Int64> {
            for _ in 0..<50 { numbers.append(Int64(truncatingIfNeeded: random.next()) >> bits) }
        }
        for number in numbers {
            #expect(everyText { $0.integer(number) } == [String](repeating: String(number), count: 3))
        }
        #expect(everyText { $0.integer(UInt64.max) } == [String](repeating: String(UInt64.max), count: 3))
    }

    @Test func `strings are the same in every kind of text`() throws {
        for string in [
            "", "plain", "a \"quote\" and a \\", "\n\r\t\u{0}\u{1f}", "Zoë 🎟", String(repeating: "\"", count: 255),
        ] {
            let texts = everyText { $0.string(string) }
            #expect(Set(texts).count == 1)
            #expect(
                try JSONSerialization.jsonObject(with: Data(texts[0].utf8), options: .fragmentsAllowed) as? String
                    == string)
        }
    }

    /// Writes to a buffer, to JSON and to memory of a fixed size, and returns the three texts.
    private func everyText(_ body: (inout any TextWriter) -> Void) -> [String] {
        var buffer: any TextWriter = ByteBuffer()
        body(&buffer)
        var json: any TextWriter = JSONWriter()
        body(&json)
        let fixed = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { bytes in
            var text: any TextWriter = FixedText(bytes)
            body(&text)
            return (text as? FixedText).map { String(decoding: $0.written, as: UTF8.self) } ?? ""
        }
        let others = [buffer as? ByteBuffer, (json as? JSONWriter)?.buffer].compactMap { $0 }.map { String(buffer: $0) }
        return others + [fixed]
    }
}
