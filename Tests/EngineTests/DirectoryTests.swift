import Domain
import Engine
import Foundation
import Journal
import Store
import TestSupport
import Testing

@Suite struct `Data directories` {
    @Test func `a second engine on the same directory is refused and told what to do`() async throws {
        let node = try TemporaryEngine()
        let error = #expect(throws: EngineError.self) { try TemporaryEngine(in: node.directory) }
        #expect(error?.message.contains("Another usher is running") == true)
    }

    @Test(arguments: [(#"{"format":4,"role":"primary"}"#, "newer"), (#"{"format":2,"role":"replica"}"#, "replica")])
    func `a directory of a newer format or of a replica is refused`(manifest: String, word: String) throws {
        let directory = try TemporaryDirectory()
        try TemporaryEngine(in: directory).engine.close()
        try Data(manifest.utf8).write(to: URL(filePath: directory.path + "/data/usher.json"))
        let error = #expect(throws: EngineError.self) { try TemporaryEngine(in: directory) }
        #expect(error?.message.contains(word) == true)
    }

    @Test func `a directory of the format before is opened, and has the present one then`() async throws {
        let directory = try TemporaryDirectory()
        let node = try TemporaryEngine(in: directory)
        let code = try await node.makeCode(maxUses: 2)
        _ = try await node.engine.claim(.redeem(code, by: "r"))
        node.engine.close()
        let path = directory.path + "/data"
        try Data(#"{"format":2,"role":"primary","node":"n"}"#.utf8).write(to: URL(filePath: path + "/usher.json"))
        let again = try TemporaryEngine(in: directory)
        #expect(try await again.engine.claim(.redeem(code, by: "r")).value.isNew == false)
        #expect(try DataDirectory.readManifest(in: path)?.format == DataDirectory.formatVersion)
        #expect(again.engine.directory.startCount == 1)
        again.engine.close()
        #expect(try TemporaryEngine(in: directory).engine.directory.startCount == 2)
    }

    @Test func `a store whose journal is missing is refused instead of losing what only the journal had`() async throws
    {
        let directory = try TemporaryDirectory()
        let node = try TemporaryEngine(in: directory)
        _ = try await node.makeCode(maxUses: 1)
        node.engine.close()
        try FileManager.default.removeItem(atPath: directory.path + "/data/journal")
        #expect(throws: EngineError.self) { try TemporaryEngine(in: directory) }
    }

    @Test func `a snapshot restored elsewhere has the same digest and continues`() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 500)
        for number in 0..<300 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        _ = try await node.engine.read { _, _ in }
        let directory = try TemporaryDirectory()
        let file = directory.path + "/snapshot"
        var bytes = Data()
        let point = try node.engine.writeSnapshot { bytes.append(contentsOf: $0) }
        try bytes.write(to: URL(filePath: file))
        #expect(try SnapshotLoader.restore(file: file, into: directory.path + "/data") == point)
        let copy = try TemporaryEngine(in: directory)
        // In an epoch of its own, whose first command says so.
        #expect(copy.engine.position.sequence == node.engine.position.sequence + 1)
        #expect(copy.engine.position.epoch > node.engine.position.epoch)
        #expect(try await copy.violations() == [])
        let replay = try await copy.engine.claim(.redeem(code, by: "r7")).value
        #expect(!replay.isNew && replay.refusal == nil)
        #expect(try await copy.engine.claim(.redeem(code, by: "new")).value.isNew)
        #expect(throws: EngineError.self) { try SnapshotLoader.restore(file: file, into: directory.path + "/data") }
    }

    @Test func `a flipped byte anywhere in a snapshot is found, named and not restored`() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        _ = try await node.engine.read { _, _ in }
        var bytes: [UInt8] = []
        try node.engine.writeSnapshot { bytes.append(contentsOf: $0) }
        let directory = try TemporaryDirectory()
        let file = directory.path + "/snapshot"
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            try Data(changed).write(to: URL(filePath: file))
            let target = directory.path + "/data-\(index)"
            let error = #expect(throws: EngineError.self, "byte \(index)") {
                try SnapshotLoader.restore(file: file, into: target, mapBytes: 1 << 26)
            }
            #expect(error?.message.contains("damaged at byte") == true, "byte \(index): \(error?.message ?? "")")
        }
        for length in stride(from: 0, to: bytes.count, by: 97) {
            try Data(bytes[..<length]).write(to: URL(filePath: file))
            #expect(throws: EngineError.self, "length \(length)") {
                try SnapshotLoader.restore(file: file, into: directory.path + "/cut-\(length)", mapBytes: 1 << 26)
            }
        }
    }
}
