import Domain
import Engine
import Foundation
import Journal
import TestSupport
import Testing

@Suite("Verification of a directory")
struct VerificationTests {
    /// A closed directory with a few hundred claims in small segments.
    private func makeDirectory(_ configure: (inout EngineConfiguration) -> Void = { _ in }) async throws
        -> TemporaryDirectory
    {
        let node = try TemporaryEngine { configuration in
            configuration.segmentBytes = 16 << 10
            configure(&configuration)
        }
        let code = try await node.makeCode(maxUses: 1000)
        for index in 0..<300 { _ = try await node.engine.claim(.redeem(code, by: "redeemer-\(index)")) }
        await node.engine.drain()
        return node.directory
    }

    /// Every file with its contents, but for LMDB's table of readers.
    private func contents(_ path: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) where !name.hasSuffix("lock.mdb") {
            files[name] = FileManager.default.contents(atPath: path + "/" + name)
        }
        return files
    }

    private func check(_ report: VerificationReport, _ name: String) throws -> VerificationReport.Check {
        try #require(report.checks.first { $0.name == name })
    }

    @Test("A directory that was written by the engine is clean, is counted right, and stays as it is")
    func clean() async throws {
        let directory = try await makeDirectory()
        let data = directory.path + "/data"
        let before = try contents(data)
        let report = try Verification.run(directory: data)
        #expect(report.isClean, "\(report.checks.flatMap(\.violations))")
        #expect(
            report.checks.map(\.name) == [
                "format", "journal", "journal_digest", "store_digest", "invariants", "code_states", "hold_states",
                "referral_states", "reward_states",
            ])
        #expect(report.checks.allSatisfy { $0.outcome == .passed })
        #expect(report.point?.position == LogPosition(epoch: 1, sequence: 302))
        let journal = try check(report, "journal")
        #expect(journal.figures.first { $0.name == "commands" }?.value == 302)
        #expect(try #require(journal.figures.first { $0.name == "segments" }).value > 2)
        #expect(try contents(data) == before)
    }

    @Test("It runs beside the engine that writes, again and again, and finds nothing")
    func besideTheWriter() async throws {
        // In this process the store cannot be opened twice; the journal is what moves under the reader.
        let node = try TemporaryEngine { $0.segmentBytes = 16 << 10 }
        let code = try await node.makeCode(maxUses: 1_000_000)
        let data = node.directory.path + "/data"
        async let claims: Void = {
            for index in 0..<2000 { _ = try await node.engine.claim(.redeem(code, by: "redeemer-\(index)")) }
        }()
        var last = LogPosition(epoch: 0, sequence: 0)
        for _ in 0..<20 {
            let view = try JournalView(dataDirectory: data)
            #expect(view.end.position >= last)
            last = view.end.position
            let reader = try view.makeReader(after: view.oldest)
            var reached = view.oldest
            while let header = try reader.next(through: view.end.position) { reached = header.position }
            #expect(reached == view.end.position)
            await Task.yield()
        }
        try await claims
    }

    @Test("A flipped byte anywhere in what was written to the journal is found and named")
    func flippedJournalByte() async throws {
        let directory = try await makeDirectory()
        let data = directory.path + "/data"
        let view = try JournalView(dataDirectory: data)
        var frames: [(segment: UInt64, range: Range<UInt64>)] = []
        let reader = try view.makeReader(after: view.oldest, contents: .frame)
        while let header = try reader.next(through: view.end.position) {
            frames.append((reader.segment, reader.offset - UInt64(header.frameBytes)..<reader.offset))
        }
        // The last frame's end could not be told from a write that was cut off; nothing proves it durable.
        var random = SeededGenerator(seed: 1)
        for _ in 0..<24 {
            let frame = try #require(frames.dropLast().randomElement(using: &random))
            let offset = UInt64.random(in: frame.range, using: &random)
            let name = try #require(view.segments.first { $0.number == frame.segment }).file
            try flipByte(of: "\(data)/journal/\(name)", at: offset)
            let report = try Verification.run(directory: data)
            let journal = try check(report, "journal")
            #expect(journal.outcome == .failed)
            let violation = try #require(journal.violations.first)
            #expect(violation.contains("\(name), offset \(frame.range.lowerBound)"), "byte \(offset): \(violation)")
            // The tables are intact, and that is said too.
            #expect(try check(report, "store_digest").outcome == .passed)
            try flipByte(of: "\(data)/journal/\(name)", at: offset)
        }
        #expect(try Verification.run(directory: data).isClean)
    }

    @Test("A flipped byte in a segment's header is found and named")
    func flippedSegmentHeader() async throws {
        let directory = try await makeDirectory()
        let data = directory.path + "/data"
        let name = try #require(try JournalView(dataDirectory: data).segments.first).file
        try flipByte(of: "\(data)/journal/\(name)", at: 40)
        let report = try Verification.run(directory: data)
        #expect(try check(report, "journal").violations.first?.contains(name) == true)
    }

    @Test("An unfinished frame at the end is told, is no violation, and stays")
    func unfinishedTail() async throws {
        let directory = try await makeDirectory()
        let data = directory.path + "/data"
        let view = try JournalView(dataDirectory: data)
        let last = try #require(view.segments.last)
        let reader = try view.makeReader(after: view.oldest, contents: .frame)
        var end: UInt64 = 0
        while try reader.next(through: view.end.position) != nil { end = reader.offset }
        let file = try #require(FileHandle(forUpdatingAtPath: "\(data)/journal/\(last.file)"))
        // The first half of a header, as a write that stopped leaves it.
        try file.seek(toOffset: 512)
        let half = try #require(try file.read(upToCount: 40))
        try file.seek(toOffset: end)
        try file.write(contentsOf: half)
        try file.close()
        let before = try contents(data)
        let report = try Verification.run(directory: data)
        #expect(report.isClean, "\(report.checks.flatMap(\.violations))")
        let journal = try check(report, "journal")
        #expect(try #require(journal.figures.first { $0.name == "unfinished_bytes" }).value > 0)
        #expect(journal.detail.contains("unfinished"))
        #expect(try contents(data) == before)
    }

    @Test("A segment that is gone is found, from the middle and from the beginning")
    func missingSegment() async throws {
        for index in [0, 1] {
            let directory = try await makeDirectory()
            let data = directory.path + "/data"
            let segments = try JournalView(dataDirectory: data).segments
            try FileManager.default.removeItem(atPath: "\(data)/journal/\(segments[index].file)")
            let report = try Verification.run(directory: data)
            // Retention removes the oldest segments; a gap is damage.
            #expect(report.isClean == (index == 0))
        }
    }

    @Test("Tables that are behind a journal that was cut are found to be ahead of it")
    func journalTooShort() async throws {
        let directory = try await makeDirectory()
        let data = directory.path + "/data"
        let segments = try JournalView(dataDirectory: data).segments
        try FileManager.default.removeItem(atPath: "\(data)/journal/\(try #require(segments.last).file)")
        let report = try Verification.run(directory: data)
        let join = try check(report, "journal_digest")
        #expect(join.outcome == .failed)
        #expect(join.violations.first?.contains("the journal ends at") == true)
    }

    @Test("A record that changed on the disk gives another digest, and its rules are not judged")
    func changedRecord() async throws {
        let directory = try await makeDirectory()
        let data = directory.path + "/data"
        let file = data + "/store/data.mdb"
        let bytes = try #require(FileManager.default.contents(atPath: file))
        // The name of the default tenant is the value of a record.
        var from = bytes.startIndex
        while let range = bytes.range(of: Data("Default".utf8), in: from..<bytes.endIndex) {
            try flipByte(of: file, at: UInt64(range.lowerBound))
            from = range.upperBound
        }
        let report = try Verification.run(directory: data)
        #expect(try check(report, "store_digest").outcome == .failed)
        #expect(try check(report, "invariants").outcome == .skipped)
        #expect(try check(report, "journal").outcome == .passed)
    }

    @Test("A directory whose first start came no further than to the directory is clean")
    func emptyDirectory() throws {
        let directory = try TemporaryDirectory("empty")
        let data = directory.path + "/data"
        _ = try DataDirectory.claim(path: data)
        let before = try contents(data)
        let report = try Verification.run(directory: data)
        #expect(report.isClean, "\(report.checks.flatMap(\.violations))")
        #expect(try contents(data) == before)
        #expect(throws: EngineError.self) { try Verification.run(directory: directory.path) }
    }

    @Test("A flipped byte anywhere in a snapshot is found, and so is an end that is missing")
    func flippedSnapshotByte() async throws {
        let directory = try await makeDirectory()
        var bytes: [UInt8] = []
        let again = try TemporaryEngine(in: directory)
        try again.engine.writeSnapshot { bytes += $0 }
        let file = directory.path + "/snapshot"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let whole = try Verification.run(snapshot: file)
        #expect(whole.isClean)
        #expect(whole.point?.position == again.engine.position)

        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            let offset = UInt64.random(in: 0..<UInt64(bytes.count), using: &random)
            try flipByte(of: file, at: offset)
            #expect(try !Verification.run(snapshot: file).isClean, "byte \(offset)")
            try flipByte(of: file, at: offset)
        }
        for _ in 0..<20 {
            let length = Int.random(in: 0..<bytes.count, using: &random)
            try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: file))
            #expect(try !Verification.run(snapshot: file).isClean, "cut at byte \(length)")
        }
    }
}
