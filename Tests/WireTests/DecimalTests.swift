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
            var text = ByteBuffer()
            Decimal.write(number, to: &text)
            #expect(String(buffer: text) == String(number))
        }
        var text = ByteBuffer()
        Decimal.write(UInt64.max, to: &text)
        #expect(String(buffer: text) == String(UInt64.max))
    }
}
