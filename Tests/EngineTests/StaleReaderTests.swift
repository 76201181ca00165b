import Engine
import Foundation
import LMDB
import Store
import TestSupport
import Testing

/// Readers of another process that was killed while it looked at the tables.
@Suite(.serialized) struct `Readers of a process that has died` {
    /// The place where a child finds the tables of its parent's engine.
    private static func link(of process: Int32) -> String {
        FileManager.default.temporaryDirectory.path + "/usher-stale-readers-\(process)"
    }

    /// Takes all reader slots in a process of its own, which is then killed.
    private func killReader(of engine: Engine) async throws {
        let link = Self.link(of: getpid())
        try? FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: engine.directory.storePath)
        defer { try? FileManager.default.removeItem(atPath: link) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            var options = Environment.Options()
            options.readOnly = true
            options.tablesMax = 128
            let environment = try Environment.open(
                path: `Readers of a process that has died`.link(of: getppid()), options: options)
            var count = 0
            while true {
                do {
                    // Kept until the end: nobody gives them back.
                    _ = Unmanaged.passRetained(Reader(try environment.beginRead()))
                    count += 1
                } catch {
                    break
                }
            }
            guard count > 400 else { exit(3) }
            kill(getpid(), SIGKILL)
            while true { pause() }
        }
    }

    private final class Reader: @unchecked Sendable {
        // The process dies with it; nobody else touches it.
        let transaction: ReadTransaction
        init(_ transaction: consuming sending ReadTransaction) { self.transaction = transaction }
    }

    @Test func `are seen, make no read fail, and are cleared`() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 5)
        _ = try await node.engine.claim(.redeem(code, by: "a"))
        let before = try #require(node.engine.status.store)
        #expect(before.readersMax == 512 && before.readersTaken < 20)
        var full = before
        // The engine may still bring the claim into LMDB, and make room for that.
        for _ in 0..<5 where full.readersTaken < full.readersMax {
            try await killReader(of: node.engine)
            full = try #require(node.engine.status.store)
        }
        #expect(full.readersTaken == full.readersMax, "\(full)")
        // A read finds no slot, and makes room.
        _ = try await node.engine.read { snapshot, _ in try snapshot.point() }
        _ = try await node.engine.claim(.redeem(code, by: "b"))
        let after = try #require(node.engine.status.store)
        #expect(after.readersTaken < 20)
        try await killReader(of: node.engine)
        #expect(node.engine.clearStaleReaders() > 400)
        #expect(node.engine.clearStaleReaders() == 0)
        #expect(node.engine.status.counts.staleReaders > 400)
    }
}
