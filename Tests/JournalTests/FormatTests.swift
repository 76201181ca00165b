import Glibc
import TestSupport
import Testing

@testable import Journal

/// The files in `Tests/Fixtures/journal-v1` were written once and are never written again.
@Suite("Version 1 of the format")
struct FormatTests {
    /// The payloads of the fixture, frame by frame: short text stored as it is, long text compressed.
    private static let payloads: [[UInt8]] = (1...12).map { number in
        Array(String(repeating: "frame \(number) of the fixture; ", count: number % 4 == 0 ? 60 : number).utf8)
    }

    private func fixture() throws -> SimulatedDisk {
        let directory = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures/journal-v1"
        let source = RealDisk()
        let disk = SimulatedDisk()
        for name in try source.list(directory) {
            let file = try source.open(directory + "/" + name, .read)
            var bytes = [UInt8](repeating: 0, count: Int(try file.size()))
            var span = bytes.mutableSpan
            var target = span.mutableBytes
            _ = try file.read(into: &target, at: 0)
            disk.place(JournalScript.directory + "/" + name, bytes)
        }
        return disk
    }

    @Test("is read for ever")
    func read() throws {
        let (payloads, recovered) = try JournalScript.recoverAndRead(fixture())
        #expect(payloads == Self.payloads)
        #expect(recovered.end.position == LogPosition(epoch: 3, sequence: 78))
        #expect(recovered.end.time == Timestamp(milliseconds: 1_700_000_000_012))
        #expect(recovered.end.digest == Hash128(low: 12, high: 1200))
        #expect(recovered.end.chain.description == "71dc80910894eb7a7921e61feb3cfd45")
    }

    @Test("is written for ever: headers and uncompressed frames, byte for byte")
    func encode() throws {
        let disk = try fixture()
        let encoder = FrameEncoder()
        var frames = 0
        for segment in try Journal.segments(JournalScript.configuration(disk)) {
            let bytes = try #require(disk.contents(JournalScript.directory + "/" + segment.file))
            let block = try SegmentHeader(decoding: bytes.span.bytes)
            #expect(block.encoded() == Array(bytes.prefix(SegmentHeader.byteCount)))
            var offset = SegmentHeader.byteCount
            while let header = try? FrameHeader(decoding: bytes.span.bytes.extracting(offset...)) {
                let stored = Array(bytes[offset..<offset + header.frameBytes])
                var again = [UInt8](repeating: 0xAA, count: FrameHeader.byteCount)
                var span = again.mutableSpan
                var target = span.mutableBytes
                header.encode(into: &target)
                #expect(again == Array(stored.prefix(FrameHeader.byteCount)))
                if !header.isCompressed {
                    Self.payloads[frames].withSpan { _ = encoder.encode($0, header) }
                    #expect(encoder.withFrame { $0.withUnsafeBytes { Array($0) } } == stored)
                }
                frames += 1
                offset += header.frameBytes
            }
        }
        #expect(frames == Self.payloads.count)
    }
}
