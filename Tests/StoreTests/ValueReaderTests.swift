import Testing

@testable import Store

@Suite struct `Reading values` {
    private let bytes: [UInt8] = (1...9).map { $0 * 0x17 }

    /// A number as it was read, with the bytes that were left; nil where reading failed.
    private struct Read: Equatable {
        var number: UInt64
        var remaining: Int
    }

    private func integer(width: Int, in bytes: [UInt8]) -> Read? {
        var reader = ValueReader(bytes.span.bytes)
        let number = reader.integer(width: width)
        return reader.failed ? nil : Read(number: number, remaining: reader.remaining)
    }

    private func compact(in bytes: [UInt8]) -> Read? {
        var reader = ValueReader(bytes.span.bytes)
        let number = reader.compact()
        return reader.failed ? nil : Read(number: number, remaining: reader.remaining)
    }

    @Test(arguments: 1...8)
    func `an integer of any width is the same with nothing behind it as with much`(width: Int) {
        let expected = bytes[..<width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        for behind in 0...9 {
            let padded = bytes[..<width] + [UInt8](repeating: 0xFF, count: behind)
            #expect(integer(width: width, in: Array(padded)) == Read(number: expected, remaining: behind))
        }
    }

    @Test(arguments: 0...8)
    func `a compact integer of any length is the same with nothing behind it as with much`(count: Int) {
        let expected = bytes[..<count].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        for behind in 0...9 {
            let padded = [UInt8(count)] + bytes[..<count] + [UInt8](repeating: 0xFF, count: behind)
            #expect(compact(in: padded) == Read(number: expected, remaining: behind))
        }
    }

    @Test(arguments: 1...8)
    func `an integer that is cut short is none`(count: Int) {
        let cut = Array(bytes[..<(count - 1)])
        #expect(integer(width: count, in: cut) == nil)
        #expect(compact(in: [UInt8(count)] + cut) == nil)
    }

    @Test func `a compact integer has at most eight bytes`() {
        #expect(compact(in: [9] + bytes + bytes) == nil)
    }
}
