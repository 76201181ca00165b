import Glibc
import Journal
import Testing

@Suite("The real disk")
struct RealDiskTests {
    /// Runs `body` with the path of a new directory, and removes what is in it afterwards.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/usher-journal-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        let path = try #require(made)
        defer { removeTree(path) }
        try body(path)
    }

    private func removeTree(_ path: String) {
        for name in (try? RealDisk().list(path)) ?? [] {
            if unlink(path + "/" + name) != 0 { removeTree(path + "/" + name) }
        }
        rmdir(path)
    }

    @Test("keeps a journal over segments, recoveries and retention")
    func journal() throws {
        try withDirectory { directory in
            let configuration = JournalConfiguration(directory: directory + "/a/b", segmentBytes: 64 << 10)
            var payloads: [[UInt8]] = []
            for round in 0..<3 {
                let recovered = try Journal.recover(configuration)
                #expect(recovered.end.position.sequence == UInt64(round * 400) && recovered.cut == nil)
                let writer = try recovered.makeWriter()
                for _ in 0..<200 {
                    let payload = JournalScript.payload(payloads.count, upTo: 2000)
                    try writer.append(payload, JournalScript.entry(writer, index: payloads.count))
                    payloads.append(payload)
                }
                try writer.close()
            }
            #expect(try JournalScript.read(Journal.recover(configuration)) == payloads)
            let end = LogPosition(epoch: 1, sequence: 1200)
            let removed = try Journal.removeSegments(configuration, before: end, keepingBytes: 128 << 10)
            #expect(removed.count > 2)
            #expect(try Journal.segments(configuration).count == 2)
            #expect(try RealDisk().list(directory + "/a/b").count == 2)
        }
    }

    @Test("answers a failing call with the operation, the path and the code")
    func errors() throws {
        try withDirectory { directory in
            let disk = RealDisk()
            let missing = directory + "/missing"
            #expect(throws: DiskError(operation: .open, path: missing, code: ENOENT)) { try disk.open(missing, .read) }
            #expect(throws: DiskError(operation: .remove, path: missing, code: ENOENT)) { try disk.remove(missing) }
            #expect(throws: DiskError(operation: .list, path: missing, code: ENOENT)) { try disk.list(missing) }
            #expect(throws: DiskError(operation: .synchronizeDirectory, path: missing, code: ENOENT)) {
                try disk.synchronizeDirectory(missing)
            }
            let file = try disk.open(directory + "/file", .create)
            let exists = DiskError(operation: .create, path: directory + "/file", code: EEXIST)
            #expect(throws: exists) { try disk.open(directory + "/file", .create) }
            #expect(exists.description == "create of \(directory)/file: File exists (errno 17)")
            file.close()
            #expect(throws: DiskError(operation: .synchronize, path: directory + "/file", code: EBADF)) {
                try file.synchronize()
            }
            #expect(try disk.freeBytes(directory) > 0)
        }
    }

    @Test("reads what was written, up to the end of the file")
    func readsAndWrites() throws {
        try withDirectory { directory in
            let disk = RealDisk()
            let file = try disk.open(directory + "/one", .create)
            try file.allocate(10)
            #expect(try file.size() == 10)
            func write(_ bytes: [UInt8], at offset: UInt64) throws { try file.write(bytes.span.bytes, at: offset) }
            try write([1, 2, 3], at: 8)
            try file.synchronize()
            try disk.rename(directory + "/one", to: directory + "/two")
            try disk.synchronizeDirectory(directory)
            #expect(try disk.list(directory) == ["two"])
            let reader = try disk.open(directory + "/two", .read)
            var bytes = [UInt8](repeating: 9, count: 6)
            var span = bytes.mutableSpan
            var target = span.mutableBytes
            let count = try reader.read(into: &target, at: 7)
            #expect(count == 4)
            #expect(bytes == [0, 1, 2, 3, 9, 9])
            try file.truncate(to: 2)
            #expect(try reader.size() == 2)
        }
    }
}
