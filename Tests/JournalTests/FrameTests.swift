import TestSupport
import Testing

@testable import Journal

@Suite("A frame")
struct FrameTests {
    private func draft(_ generator: inout SeededGenerator) -> FrameHeader {
        FrameHeader(
            kind: Bool.random(using: &generator) ? .log : .snapshot,
            epoch: .random(in: 1...(Bool.random(using: &generator) ? UInt64.max : 1 << 20), using: &generator),
            firstSequence: UInt64.random(in: 1...UInt64.max / 2, using: &generator),
            commandCount: UInt32.random(in: 0...UInt32.max, using: &generator),
            time: Timestamp(milliseconds: Int64.random(in: 0...1 << 48, using: &generator)),
            syncedThrough: generator.next(),
            previousChain: Hash128(low: generator.next(), high: generator.next()),
            digest: Hash128(low: generator.next(), high: generator.next())
        )
    }

    /// Bytes that compress to some degree: like records, of whose 16 bytes 12 are those of the one before.
    private func payload(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { index in
            index % 16 < 12 ? UInt8(index % 16) : UInt8.random(in: 0...7, using: &generator)
        }
    }

    private func encode(_ encoder: FrameEncoder, _ payload: [UInt8], _ draft: FrameHeader) -> (FrameHeader, [UInt8]) {
        let header = payload.withSpan { encoder.encode($0, draft) }
        return (header, encoder.withFrame { $0.withUnsafeBytes { Array($0) } })
    }

    @Test("comes back as it went in, whatever its size", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let encoder = FrameEncoder()
        let decoder = FrameDecoder()
        for size in [0, 1, 7, 8, 511, 512, 513, Int.random(in: 0...40_000, using: &generator)] {
            let bytes = payload(size, &generator)
            let (header, frame) = encode(encoder, bytes, draft(&generator))
            let (decoded, chain) = try frame.withSpan { try FrameDecoder.verify($0) }
            #expect(decoded == header)
            #expect(chain == encoder.chain)
            #expect(frame.count == header.frameBytes && frame.count % 8 == 0)
            #expect(header.isCompressed == (size >= 512))
            let returned = try frame.withSpan { span in
                try decoder.withPayload(of: span, decoded) { $0.withUnsafeBytes { Array($0) } }
            }
            #expect(returned == bytes)
        }
    }

    @Test("whose payload does not shrink is stored as it is")
    func incompressible() {
        var generator = SeededGenerator(seed: 4)
        let (header, frame) = encode(FrameEncoder(), generator.bytes(5000), draft(&generator))
        #expect(!header.isCompressed && header.storedLength == 5000)
        #expect(frame.count == FrameHeader.frameBytes(storedLength: 5000))
    }

    @Test("with any one bit changed, or cut off anywhere, is refused", arguments: [40, 700])
    func everyBit(size: Int) {
        var generator = SeededGenerator(seed: 9)
        let (_, frame) = encode(FrameEncoder(), payload(size, &generator), draft(&generator))
        for index in frame.indices {
            for bit in 0..<8 {
                var changed = frame
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: FrameFault.self) { try changed.withSpan { _ = try FrameDecoder.verify($0) } }
            }
            #expect(throws: FrameFault.self) {
                try Array(frame.prefix(index)).withSpan { _ = try FrameDecoder.verify($0) }
            }
        }
    }

    @Test("that decompresses to more than it announces is refused without giving it the memory")
    func decompressionBomb() throws {
        var generator = SeededGenerator(seed: 1)
        let encoder = FrameEncoder()
        var (header, frame) = encode(encoder, [UInt8](repeating: 7, count: 4 << 20), draft(&generator))
        header.rawLength = 2000
        frame.withUnsafeMutableBytes { buffer in
            var span = MutableRawSpan(_unsafeBytes: buffer)
            header.encode(into: &span)
        }
        let verified = try frame.withSpan { try FrameDecoder.verify($0).header }
        #expect(verified.rawLength == 2000)
        #expect(throws: FrameFault.compression) {
            try frame.withSpan { try FrameDecoder().withPayload(of: $0, verified) { _ in } }
        }
    }

    @Test("that announces more than the bound, or a stored length that no writer writes, is refused")
    func bounds() {
        var generator = SeededGenerator(seed: 2)
        var header = draft(&generator)
        header.epoch = 7 << 40
        let (_, frame) = encode(FrameEncoder(), [UInt8](repeating: 7, count: 4096), header)
        func patched(_ value: UInt32, at offset: Int) -> FrameFault? {
            var bytes = frame
            for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
            let checksum = Array(bytes[0..<92]).withSpan { CRC32C.checksum($0) }
            for index in 0..<4 { bytes[92 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index))) }
            do throws(FrameFault) {
                _ = try FrameDecoder.verify(bytes.span.bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(patched(UInt32(FrameHeader.rawLengthMax) + 1, at: 28) == .field("raw length"))
        #expect(patched(4096, at: 32) == .field("stored length"))
        #expect(patched(UInt32.max, at: 32) == .field("stored length"))
        #expect(patched(1, at: 88) == .field("reserved"))
        #expect(patched(3 | 1 << 16, at: 8) == .unsupportedVersion(3))
        // A long epoch and the version that says so belong together.
        #expect(patched(0, at: 36) == .field("epoch"))
        #expect(patched(1 | 1 << 16 | 1 << 24, at: 8) == .field("epoch"))
    }

    @Test("has a checksum that agrees with the published check value")
    func checkValue() {
        // RFC 3720, appendix B.4, and the check value of CRC-32/ISCSI.
        #expect(Array("123456789".utf8).withSpan { CRC32C.checksum($0) } == 0xE306_9283)
        #expect([UInt8](repeating: 0, count: 32).withSpan { CRC32C.checksum($0) } == 0x8A91_36AA)
        #expect([UInt8](repeating: 0xFF, count: 32).withSpan { CRC32C.checksum($0) } == 0x62A8_AB43)
        #expect(Array(0..<32 as Range<UInt8>).withSpan { CRC32C.checksum($0) } == 0x46DD_794E)
    }
}
