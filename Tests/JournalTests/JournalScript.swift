import Journal
import TestSupport

/// A journal on a simulated disk, the frames to put into it, and what was promised about them.
struct JournalScript {
    static let directory = "data/journal"

    /// A configuration with segments of a few frames.
    static func configuration(
        _ disk: SimulatedDisk,
        segmentBytes: UInt64 = 2048,
        preparesAhead: Bool = false
    ) -> JournalConfiguration {
        JournalConfiguration(
            disk: disk, directory: directory, segmentBytes: segmentBytes, preparesAhead: preparesAhead
        )
    }

    static func path(_ segment: Int) -> String {
        let text = String(segment)
        return directory + "/" + String(repeating: "0", count: 20 - text.count) + text + ".journal"
    }

    /// The payload of frame `index`: random bytes of a random length.
    static func payload(_ index: Int, upTo bytesMax: Int = 300) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(index) &+ 77)
        return generator.bytes(Int.random(in: 1...bytesMax, using: &generator))
    }

    /// The entry of the next frame of `writer`.
    static func entry(_ writer: JournalWriter, index: Int, commandCount: UInt32 = 2) -> JournalWriter.Entry {
        JournalWriter.Entry(
            firstSequence: writer.lastPosition.sequence + 1,
            commandCount: commandCount,
            time: Timestamp(milliseconds: writer.end.time.milliseconds + 5),
            digest: Hash128(low: UInt64(index) + 1, high: ~UInt64(index)),
            epoch: 1
        )
    }

    /// Payloads appended, and how many of them are known to be durable.
    var appended: [[UInt8]] = []
    var acknowledged = 0

    /// Appends frames and synchronises after every `syncEvery`-th; stops at the first error and returns it.
    mutating func run(
        _ disk: SimulatedDisk,
        frames: Int,
        syncEvery: Int = 1,
        bytesMax: Int = 300
    ) -> JournalError? {
        do throws(JournalError) {
            let writer = try Journal.recover(Self.configuration(disk)).makeWriter()
            for index in 0..<frames {
                let payload = Self.payload(index, upTo: bytesMax)
                // Before the call: a frame whose append failed may be on the disk all the same.
                appended.append(payload)
                try writer.append(payload, Self.entry(writer, index: index))
                if (index + 1) % syncEvery == 0 { try writer.synchronize() }
                acknowledged = Int(writer.durablePosition.sequence / 2)
            }
            try writer.close()
            acknowledged = frames
            return nil
        } catch {
            return error
        }
    }

    /// All payloads after recovery, with what recovery said.
    static func recoverAndRead(_ disk: SimulatedDisk) throws(JournalError) -> ([[UInt8]], RecoveredJournal) {
        let recovered = try Journal.recover(configuration(disk))
        return (try read(recovered), recovered)
    }

    /// All payloads of a recovered journal.
    static func read(_ recovered: RecoveredJournal) throws(JournalError) -> [[UInt8]] {
        let reader = try recovered.makeReader(after: JournalPoint.beginning.position)
        var payloads: [[UInt8]] = []
        while try reader.next(through: recovered.end.position) != nil {
            payloads.append(reader.withContents { $0.withUnsafeBytes { Array($0) } })
        }
        return payloads
    }
}

extension [UInt8] {
    /// Lends the bytes as a span.
    func withSpan<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        let span = self.span.bytes
        return try body(span)
    }
}
