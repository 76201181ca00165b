import Foundation
import Journal
import TestSupport
import Testing

@testable import Engine

/// Starts of a directory on a simulated disk; only the lock is a real file.
@Suite struct `A start that is interrupted` {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory("interrupted") }

    private var leftover: String { directory.path + "/usher.json.new" }

    /// Starts, stops, and gives what `usher.json` says then.
    @discardableResult
    private func start(on disk: SimulatedDisk) throws -> DataDirectory.Manifest {
        let claimed = try DataDirectory.claim(path: directory.path, on: disk)
        defer { claimed.release() }
        return claimed.manifest
    }

    /// A disk on which the directory was started that often.
    private func disk(starts: Int) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        for _ in 0..<starts { try start(on: disk) }
        return disk
    }

    /// The numbers of the disk operations of a start.
    private func operations(starts: Int) throws -> Range<Int> {
        let disk = try disk(starts: starts)
        let first = disk.operations.count
        try start(on: disk)
        return first..<disk.operations.count
    }

    @Test func `by a kill or a power cut at any step is followed by one that succeeds`() throws {
        for starts in 0...2 {
            for operation in try operations(starts: starts) {
                let disk = try disk(starts: starts)
                disk.cutPower(atOperation: operation)
                #expect(throws: EngineError.self) { try start(on: disk) }
                for survivor in [disk.copy()] + (0..<10).map({ disk.afterPowerCut(seed: $0) }) {
                    let manifest = try start(on: survivor)
                    // Opened once more than before, or twice where the interrupted start was written down.
                    #expect([UInt64(starts), UInt64(starts) + 1].contains(manifest.starts ?? 0), "step \(operation)")
                    #expect(survivor.contents(leftover) == nil)
                }
            }
        }
    }

    @Test func `by a full disk or an error leaves nothing behind and is followed by one that succeeds`() throws {
        for starts in 0...1 {
            for operation in try operations(starts: starts) {
                let disk = try disk(starts: starts)
                disk.fail(operation: operation, code: 28)
                #expect(throws: EngineError.self) { try start(on: disk) }
                #expect(disk.contents(leftover) == nil, "step \(operation)")
                try start(on: disk)
            }
            let full = try disk(starts: starts)
            full.setCapacity(0)
            for _ in 0..<3 {
                let error = #expect(throws: EngineError.self) { try start(on: full) }
                #expect(error?.message.contains("No space left") == true)
                #expect(full.contents(leftover) == nil)
            }
            full.setCapacity(.max)
            #expect(try start(on: full).starts ?? 0 == UInt64(starts))
        }
    }

    @Test func `by an earlier version has left a file that counts for nothing`() throws {
        for starts in 0...1 {
            for remains in ["", "{", #"{"format":99,"role":"replica"}"#] {
                let disk = try disk(starts: starts)
                disk.place(leftover, Array(remains.utf8))
                #expect(try start(on: disk).role == "primary")
                #expect(disk.contents(leftover) == nil)
            }
        }
    }

    @Test func `before usher.json was written leaves empty directories, which are no data`() throws {
        let data = directory.path + "/data"
        for name in ["store", "journal"] {
            try FileManager.default.createDirectory(atPath: "\(data)/\(name)", withIntermediateDirectories: true)
        }
        #expect(try ReplicaDirectory.contents(of: data) == .nothing)
        try DataDirectory.claim(path: data).release()
        #expect(try DataDirectory.readManifest(in: data)?.role == "primary")
        try FileManager.default.removeItem(atPath: data + "/usher.json")
        try Data([1]).write(to: URL(filePath: data + "/store/data.mdb"))
        for role in [JournalRole.primary, .replica] {
            let error = #expect(throws: EngineError.self) { try DataDirectory.claim(path: data, role: role) }
            #expect(error?.message.contains("has data but no usher.json") == true)
        }
        #expect(throws: EngineError.self) { try ReplicaDirectory.contents(of: data) }
    }

    @Test func `of a restore is told from data that is not ours, wherever it stopped`() throws {
        let data = directory.path + "/restored"
        for name in ["store", "journal"] {
            try FileManager.default.createDirectory(atPath: "\(data)/\(name)", withIntermediateDirectories: true)
        }
        try Data("{".utf8).write(to: URL(filePath: data + "/usher.json.new"))
        let error = #expect(throws: EngineError.self) { try SnapshotLoader.restore(file: "none", into: data) }
        #expect(error?.message.contains("an interrupted restore") == true)
    }
}
